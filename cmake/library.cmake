# The core, one list for every platform: everything under src/, no dependency but the C++ library.
file(GLOB_RECURSE LINNET_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/*.cpp")

add_library(linnet STATIC ${LINNET_SOURCES})
target_include_directories(linnet PUBLIC "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(linnet PRIVATE linnet_flags)
target_compile_options(linnet PRIVATE -ffunction-sections -fdata-sections)
