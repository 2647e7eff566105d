# The library, from the lists that every platform uses: a host gets every layer under src/, bare metal the core, and firmware
# also what stands on it.
include("${PROJECT_SOURCE_DIR}/cmake/sources.cmake")
set(LINNET_FIRMWARE_LAYERS ${LINNET_CORE_LAYERS} net cellular session CACHE STRING "What firmware is built of")
if(LINNET_FIRMWARE OR (LINNET_BENCH AND CMAKE_SYSTEM_NAME STREQUAL "Generic"))
  linnet_sources(LINNET_SOURCES "${PROJECT_SOURCE_DIR}" ${LINNET_FIRMWARE_LAYERS})
elseif(CMAKE_SYSTEM_NAME STREQUAL "Generic")
  linnet_sources(LINNET_SOURCES "${PROJECT_SOURCE_DIR}" ${LINNET_CORE_LAYERS})
else()
  linnet_sources(LINNET_SOURCES "${PROJECT_SOURCE_DIR}" *)
endif()
list(FILTER LINNET_SOURCES EXCLUDE REGEX "/src/tls/")  # a library of its own, cmake/tls.cmake: who has no TLS links none

add_library(linnet STATIC ${LINNET_SOURCES})
target_include_directories(linnet PUBLIC "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(linnet PRIVATE linnet_flags)
target_compile_options(linnet PRIVATE -ffunction-sections -fdata-sections)
