# Conversations with a modem, tests/modem/traces/*.txt, as text inside the tests: a target without files runs them too. For the target that TESTS names.
file(GLOB TRACES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/modem/traces/*.txt")
if(NOT TRACES)
  return()  # a tree without the modem, as the gates' own test has it
endif()
set(rows "")
foreach(trace ${TRACES})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${trace}")
  get_filename_component(name "${trace}" NAME_WE)
  file(READ "${trace}" text)
  string(APPEND rows "    {\"${name}\", R\"trace(${text})trace\"},\n")
endforeach()
file(CONFIGURE OUTPUT modem_traces.cpp @ONLY CONTENT [[
// Generated from tests/modem/traces by cmake/traces.cmake.
#include "support/modem_trace.hpp"

namespace linnet::test {
namespace {
constexpr TraceText kTraces[] = {
@rows@};
}  // namespace
std::span<const TraceText> modem_traces() { return kTraces; }
}  // namespace linnet::test
]])
target_sources(${TESTS} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/modem_traces.cpp")
