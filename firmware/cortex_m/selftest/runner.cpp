// SPDX-License-Identifier: Apache-2.0
// Runs the unit tests on the target: all of them, or those whose "Suite.Name" begins with the argument.
// Failures go to the console; the exit status says whether there were any.
#include <gtest/gtest.h>

#include <array>

#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace semihosting = linnet::port::cortex_m::semihosting;
using semihosting::write;

namespace testing::detail {
namespace {

constinit Registered* first = nullptr;
constinit Registered** last = &first;
constinit ScopedTrace* innermost = nullptr;
const Registered* running = nullptr;
unsigned failures = 0;  // of the running test

}  // namespace

Registered::Registered(std::string_view suite_name, std::string_view test_name, void (*body)())
    : suite{suite_name}, name{test_name}, run{body}, next{nullptr} {
  *last = this;
  last = &next;
}

void Failure::operator=(const Message& more) const {
  if (failures++ == 0) {
    write("FAILED ");
    write(running->suite);
    write(".");
    write(running->name);
    write("\n");
  }
  write(file_);
  write(":");
  semihosting::write_number(static_cast<unsigned>(line_));
  write(": ");
  write(what_);
  write("\n");
  if (!more.text().empty()) write(more.text() + "\n");
  for (const ScopedTrace* trace = innermost; trace != nullptr; trace = trace->outer_)
    write("  in: " + trace->text_ + "\n");
}

ScopedTrace::ScopedTrace(Message message) : text_{message.text()}, outer_{innermost} {
  innermost = this;
}

ScopedTrace::~ScopedTrace() {
  innermost = outer_;
}

namespace {

bool is_chosen(const Registered& test, std::string_view prefix) {
  return (std::string{test.suite} + "." + std::string{test.name}).starts_with(prefix);
}

int run_all(std::string_view prefix) {
  unsigned passed = 0;
  unsigned failed = 0;
  for (const Registered* test = first; test != nullptr; test = test->next) {
    if (!is_chosen(*test, prefix)) continue;
    running = test;
    failures = 0;
    test->run();
    ++(failures == 0 ? passed : failed);
  }
  semihosting::write_number(passed);
  write(" passed, ");
  semihosting::write_number(failed);
  write(" failed\n");
  return failed != 0 || passed == 0 ? 1 : 0;
}

}  // namespace
}  // namespace testing::detail

extern "C" int firmware_main() {
  std::array<std::byte, 128> storage;
  // "selftest PREFIX": the first word is the program's own name.
  std::string_view arguments = semihosting::command_line(storage);
  const std::size_t space = arguments.find(' ');
  const int status =
      testing::detail::run_all(space == std::string_view::npos ? "" : arguments.substr(space + 1));
  linnet::port::cortex_m::report_memory();
  return status;
}
