# Run by cpack: makes the packages of what it has installed. Its own generators for .deb and .tar.gz write the order of the file
# system, the umask and the user into them.
set(packages ${CPACK_PACKAGE_DIRECTORY}/packages)
file(REMOVE_RECURSE ${packages})
execute_process(
  COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/../packaging/packages.py ${CPACK_TEMPORARY_DIRECTORY} ${packages}
  COMMAND_ERROR_IS_FATAL ANY)
message("CPack: the packages are in ${packages}")
