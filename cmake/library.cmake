# The library, one list for every platform. The core's layers depend on nothing but the C++ library's headers and are
# what a bare-metal target's build checks; firmware takes those above them as well; a host gets every layer under src/.
set(LINNET_CORE_LAYERS base codec ws sio modem agent)
set(LINNET_FIRMWARE_LAYERS ${LINNET_CORE_LAYERS} net cellular session CACHE STRING "What firmware is built of")
if(LINNET_FIRMWARE)
  set(layers ${LINNET_FIRMWARE_LAYERS})
elseif(CMAKE_SYSTEM_NAME STREQUAL "Generic")
  set(layers ${LINNET_CORE_LAYERS})
else()
  set(layers *)
endif()
list(TRANSFORM layers REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/src/\\1/*.cpp" OUTPUT_VARIABLE patterns)
file(GLOB LINNET_SOURCES CONFIGURE_DEPENDS ${patterns})
list(FILTER LINNET_SOURCES EXCLUDE REGEX "/src/tls/")  # a library of its own, cmake/tls.cmake: who has no TLS links none

add_library(linnet STATIC ${LINNET_SOURCES})
target_include_directories(linnet PUBLIC "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(linnet PRIVATE linnet_flags)
target_compile_options(linnet PRIVATE -ffunction-sections -fdata-sections)
