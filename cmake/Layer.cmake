# The static archives, so that a static program links and the sanitized one uses the same code.
find_library(RESILINT_YAML_CPP NAMES libyaml-cpp.a REQUIRED)
find_library(RESILINT_NETTLE NAMES libnettle.a REQUIRED)
find_library(RESILINT_RE2 NAMES libre2.a REQUIRED)
find_library(RESILINT_UTF8PROC NAMES libutf8proc.a REQUIRED)
find_package(Threads REQUIRED)

# resilint_layer(<folder> SOURCES a.cpp … [LIBRARIES third-party …])
# Defines resilint_<folder>, linked to the folders that LAYERS lets it include and to nothing else.
function(resilint_layer folder)
  cmake_parse_arguments(layer "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_library(resilint_${folder} STATIC ${layer_SOURCES})
  target_include_directories(resilint_${folder} PUBLIC ${PROJECT_SOURCE_DIR}/linter)
  foreach(lower IN LISTS resilint_layer_${folder})
    target_link_libraries(resilint_${folder} PUBLIC resilint_${lower})
  endforeach()
  target_link_libraries(resilint_${folder} PRIVATE ${layer_LIBRARIES})
endfunction()
