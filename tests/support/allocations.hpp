// SPDX-License-Identifier: Apache-2.0
// How often the program has asked for memory: every operator new of the test program counts
// (allocations_test.cpp replaces them). The library promises none in steady state.
#pragma once

#include <cstddef>

namespace linnet::test {

/// Since the program began, on all threads.
std::size_t allocations() noexcept;

}  // namespace linnet::test
