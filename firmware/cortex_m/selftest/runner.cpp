// SPDX-License-Identifier: Apache-2.0
// Runs the unit tests on the target: all of them, or those whose "Suite.Name" begins with the argument; and
// counts them by layer.
// Failures go to the console, as do tests that take long; the exit status says whether there were any.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <string>

#include "heap.hpp"
#include "port/cortex_m/board.hpp"
#include "port/cortex_m/memory.hpp"
#include "port/cortex_m/semihosting.hpp"

namespace cortex_m = linnet::port::cortex_m;
namespace semihosting = cortex_m::semihosting;
using semihosting::write;

namespace testing::detail {
namespace {

constinit Registered* first = nullptr;
constinit Registered** last = &first;
constinit ScopedTrace* innermost = nullptr;
const Registered* running = nullptr;
unsigned failures = 0;  // of the running test
constexpr linnet::Duration kLong{5'000'000};

void write_name() {
  write(running->suite);
  write(".");
  write(running->name);
}

}  // namespace

Registered::Registered(std::string_view suite_name, std::string_view test_name, std::string_view file_name,
                       void (*body)())
    : suite{suite_name}, name{test_name}, file{file_name}, run{body}, next{nullptr} {
  *last = this;
  last = &next;
}

void Failure::operator=(const Message& more) const {
  if (failures++ == 0) {
    write("FAILED ");
    write_name();
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

void run(const Registered& test) {
  running = &test;
  failures = 0;
  const std::uint32_t began = cortex_m::board::ticks();
  test.run();
  const auto took = cortex_m::board::tick() * static_cast<std::int64_t>(cortex_m::board::ticks() - began);
  if (took < kLong) return;
  write("long: ");
  write_name();
  write(" ");
  semihosting::write_number(static_cast<std::uint64_t>(took.count() / 1000));
  write(" ms\n");
}

/// What takes too long in an emulator, and is done on a PC.
struct LeftOut {
  std::string_view name;
  std::string_view why;
};
constexpr LeftOut kLeftOut[] = {
    {"ConnectionPair.TenThousandMessagesEachWay",
     "a fifth of the time of all; the others of ConnectionPair run"},
    {"SessionJournalPower.SectorsThatWereNotSyncedAreThereOrNotAtRandom",
     "as long; CutAtEveryByte and its like run"},
};

std::string full_name(const Registered& test) {
  return std::string{test.suite} + "." + std::string{test.name};
}

/// "ws" of "tests/ws/frame_test.cpp".
std::string_view layer(const Registered& test) {
  constexpr std::string_view kFolder = "tests/";
  const std::string_view path = test.file.substr(test.file.rfind(kFolder) + kFolder.size());
  return path.substr(0, path.find('/'));
}

struct Count {
  unsigned passed = 0;
  unsigned failed = 0;
};

void write_count(const Count& count) {
  semihosting::write_number(count.passed);
  write(" passed, ");
  semihosting::write_number(count.failed);
  write(" failed\n");
}

int run_all(std::string_view prefix) {
  std::map<std::string_view, Count> layers;
  Count all;
  for (const Registered* test = first; test != nullptr; test = test->next) {
    const std::string name = full_name(*test);
    if (!name.starts_with(prefix)) continue;
    const auto* const left_out = std::ranges::find(kLeftOut, name, &LeftOut::name);
    if (left_out != std::end(kLeftOut) && name != prefix) {
      write("left out: " + name + ": ");
      write(left_out->why);
      write("\n");
      continue;
    }
    run(*test);
    for (Count* count : {&layers[layer(*test)], &all}) ++(failures == 0 ? count->passed : count->failed);
  }
  for (const auto& [name, count] : layers) {
    write(name);
    write(": ");
    write_count(count);
  }
  write("all: ");
  write_count(all);
  return all.failed != 0 || all.passed == 0 ? 1 : 0;
}

}  // namespace
}  // namespace testing::detail

bool testing::Test::HasFailure() {
  return detail::failures != 0;
}

/// The C++ library's, where it would throw: says which test it was.
extern "C" [[noreturn]] void abort() {
  write("\nstopped: abort in ");
  testing::detail::write_name();
  write("\n");
  semihosting::exit(cortex_m::kFaultExit);
}

extern "C" int firmware_main() {
  std::array<std::byte, 128> storage;
  // "selftest PREFIX": the first word is the program's own name.
  std::string_view arguments = semihosting::command_line(storage);
  const std::size_t space = arguments.find(' ');
  const int status =
      testing::detail::run_all(space == std::string_view::npos ? "" : arguments.substr(space + 1));
  write("heap: ");
  semihosting::write_number(linnet::firmware::heap_used());
  write(" of ");
  semihosting::write_number(linnet::firmware::heap_size());
  write("\n");
  cortex_m::report_memory();
  return status;
}
