// SPDX-License-Identifier: Apache-2.0
// What is due later, on the clock that the emulator is told. Tasks of the same instant run in the order in
// which they were set. Memory: a map node and a std::function for each task that waits.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "linnet/base/time.hpp"

namespace linnet::emulator {

class Schedule {
 public:
  using Task = std::function<void()>;

  void at(Instant when, Task task) { tasks_.emplace(when, std::move(task)); }

  Instant deadline() const noexcept { return tasks_.empty() ? kNever : tasks_.begin()->first; }

  /// The first task, taken out; only when there is one.
  Task take() {
    auto node = tasks_.extract(tasks_.begin());
    return std::move(node.mapped());
  }

  /// A reboot forgets what it was about to do.
  void clear() noexcept { tasks_.clear(); }

 private:
  std::multimap<Instant, Task> tasks_;
};

}  // namespace linnet::emulator
