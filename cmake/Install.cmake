# What `cmake --install` puts below its prefix, and the packages that `cpack` makes of it.
install(TARGETS resilint RUNTIME DESTINATION bin)
install(FILES packaging/copyright CHANGELOG.md DESTINATION share/doc/resilint)

# install_printed(<file> <folder> <argument> …): a file that resilint prints when it is given these arguments.
set(printed ${CMAKE_CURRENT_BINARY_DIR}/printed)
file(MAKE_DIRECTORY ${printed})
function(install_printed file folder)
  string(JOIN " " arguments ${ARGN})
  install(CODE "execute_process(
    COMMAND \"$<TARGET_FILE:resilint>\" ${arguments} OUTPUT_FILE \"${printed}/${file}\" COMMAND_ERROR_IS_FATAL ANY)")
  install(FILES ${printed}/${file} DESTINATION share/${folder})
endfunction()
install_printed(resilint.1 man/man1 man)
install_printed(resilint bash-completion/completions completions bash)
install_printed(_resilint zsh/site-functions completions zsh)
install_printed(resilint.fish fish/vendor_completions.d completions fish)

# `cpack` installs into a folder of its own and leaves the packages in `packages`.
set(CPACK_GENERATOR External)
set(CPACK_EXTERNAL_ENABLE_STAGING ON)
set(CPACK_EXTERNAL_PACKAGE_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/Packages.cmake)
set(CPACK_PACKAGING_INSTALL_PREFIX /)
include(CPack)
