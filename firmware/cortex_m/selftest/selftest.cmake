# The unit tests of the layers that run on devices. They use the heap as a test may, so this image has the board's 16 MiB of PSRAM
# ("Application Note AN385", 3.1) where the others have 64 KiB; null, wild and stack-overflowing accesses trap here too.
set(TESTED_LAYERS base codec ws modem net session agent)
list(TRANSFORM TESTED_LAYERS REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/tests/\\1/*_test.cpp" OUTPUT_VARIABLE patterns)
file(GLOB SELFTEST_SOURCES CONFIGURE_DEPENDS ${patterns} "${PROJECT_SOURCE_DIR}/tests/support/*_test.cpp"
     "${CMAKE_CURRENT_SOURCE_DIR}/selftest/*.cpp")
# Not those that need threads, the heap of a PC or its ports, or the modem that is a program.
foreach(source ${SELFTEST_SOURCES})
  file(STRINGS "${source}" elsewhere REGEX "#include (<thread>|\"(port/linux|tools|linnet/tls|linnet/server)/|\"support/(failing_calloc|loopback|server_fixture))")
  if(elsewhere)
    list(REMOVE_ITEM SELFTEST_SOURCES "${source}")
  endif()
endforeach()
image(selftest FLASH 4M RAM_ORIGIN 0x21000000 RAM 16M STACK 64K SOURCES ${SELFTEST_SOURCES})
set(TESTS selftest)
include(${PROJECT_SOURCE_DIR}/cmake/traces.cmake)
target_include_directories(selftest PRIVATE "${PROJECT_SOURCE_DIR}/tests" "${CMAKE_CURRENT_SOURCE_DIR}")
set_target_properties(selftest PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)  # of so many tests it would take minutes
# GCC 12 sees overflows in std::string's own code that are not there (GCC bugs 105329, 105651). No -g: most of what a change
# compiles are these, and a failure names its line.
target_compile_options(selftest PRIVATE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -g0)
