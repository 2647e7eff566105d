set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(LINNET_SANITIZE "" CACHE STRING "Comma-separated sanitizers for everything that is built (address,undefined | thread | fuzzer)")

# ccache sees paths below the tree as relative ones, so that two clones share what was compiled once; the sloppiness
# is what its manual asks for where precompiled headers are in use.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND CMAKE_HOST_UNIX)
  set(CMAKE_CXX_COMPILER_LAUNCHER env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros "${CCACHE}")
endif()

add_library(linnet_flags INTERFACE)
target_compile_options(linnet_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wimplicit-fallthrough
  -fno-exceptions -fno-rtti
  "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")  # no path of this machine in a binary

if(LINNET_SANITIZE)
  if(LINNET_SANITIZE STREQUAL "fuzzer")
    set(flags -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  else()
    set(flags -fsanitize=${LINNET_SANITIZE} -fno-sanitize-recover=all)
  endif()
  add_compile_options(${flags} -fno-omit-frame-pointer)
  add_link_options(${flags})
endif()
