include(CTest)
find_package(Threads REQUIRED)

include(cmake/tls.cmake)

file(GLOB LINUX_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/port/linux/*.cpp" "${PROJECT_SOURCE_DIR}/port/bsd/*.cpp")
if(LINUX_SOURCES)
  add_library(linnet_linux STATIC ${LINUX_SOURCES})
  target_include_directories(linnet_linux PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(linnet_linux PUBLIC linnet Threads::Threads PRIVATE linnet_flags)
endif()

# The commands, and a folder for each of their subjects; tools/modem is a library of its own.
file(GLOB TOOL_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/*.cpp" "${PROJECT_SOURCE_DIR}/tools/cli/*.cpp"
     "${PROJECT_SOURCE_DIR}/tools/modem/program/*.cpp"
  "${PROJECT_SOURCE_DIR}/tools/cert/*.cpp" "${PROJECT_SOURCE_DIR}/tools/client/*.cpp" "${PROJECT_SOURCE_DIR}/tools/device/*.cpp"
  "${PROJECT_SOURCE_DIR}/tools/load/*.cpp"
  "${PROJECT_SOURCE_DIR}/tools/serve/*.cpp" "${PROJECT_SOURCE_DIR}/tools/wire/*.cpp")
if(TOOL_SOURCES AND NOT LINNET_SANITIZE STREQUAL "fuzzer")
  include(cmake/emulator.cmake)
  include(cmake/tools.cmake)
endif()

# Each example is one file, built with everything else so that it never rots.
if(NOT LINNET_SANITIZE)
  file(GLOB EXAMPLE_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/*.cpp")
  foreach(source ${EXAMPLE_SOURCES})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(example_${name} "${source}")
    target_link_libraries(example_${name} PRIVATE linnet_linux $<TARGET_NAME_IF_EXISTS:linnet_tls> linnet_flags)
  endforeach()
endif()

if(BUILD_TESTING AND NOT LINNET_SANITIZE STREQUAL "fuzzer")
  find_package(GTest REQUIRED)
  # Threads meet in port/ alone: what runs on one thread has no race for ThreadSanitizer to find.
  set(TESTED_FOLDER tests)
  if(LINNET_SANITIZE STREQUAL "thread")
    set(TESTED_FOLDER tests/port)
  endif()
  file(GLOB_RECURSE TEST_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${TESTED_FOLDER}/*_test.cpp")
  add_executable(linnet_tests ${TEST_SOURCES})
  if(TESTED_FOLDER STREQUAL "tests")
    set(TESTS linnet_tests)
    include(cmake/traces.cmake)
    target_link_libraries(linnet_tests PRIVATE $<TARGET_NAME_IF_EXISTS:linnet_tools>)
  endif()
  target_include_directories(linnet_tests PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(linnet_tests PRIVATE linnet $<TARGET_NAME_IF_EXISTS:linnet_tls> linnet_flags GTest::gtest_main $<TARGET_NAME_IF_EXISTS:linnet_linux>)
  # GCC 12 sees overflows in std::string's own code that are not there (GCC bugs 105329, 105651).
  target_compile_options(linnet_tests PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread>)
  # What is tested is built as it ships; the tests around it are built often, and these halve the time and the size.
  target_compile_options(linnet_tests PRIVATE -O1 -g1)
  target_precompile_headers(linnet_tests PRIVATE <gtest/gtest.h> <string> <vector>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(linnet_tests PRIVATE -fpch-preprocess)  # without it ccache passes GCC's precompiled headers by
  endif()
  add_test(NAME unit COMMAND linnet_tests --gtest_brief=1)
endif()

# Built for its tests only, the library is a few large units: a third of the time.
if(LINNET_SANITIZE)
  foreach(target linnet linnet_tls)
    if(TARGET ${target})
      set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    endif()
  endforeach()
endif()

if(LINNET_SANITIZE STREQUAL "fuzzer")
  # One executable a target: fuzz/NAME_fuzz.cpp defines LLVMFuzzerTestOneInput.
  file(GLOB FUZZ_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/fuzz/*_fuzz.cpp")
  foreach(source ${FUZZ_SOURCES})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(${name} "${source}")
    target_link_libraries(${name} PRIVATE linnet $<TARGET_NAME_IF_EXISTS:linnet_tls> linnet_flags)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    if(name STREQUAL "ppp_fuzz")  # the only part of the tools that is fuzzed: it needs nothing of theirs
      file(GLOB PPP_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/modem/ppp/*.cpp")
      target_sources(${name} PRIVATE ${PPP_SOURCES})
      target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
    endif()
  endforeach()
endif()
