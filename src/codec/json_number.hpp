// SPDX-License-Identifier: Apache-2.0
// Numbers as JSON writes them (RFC 8259, section 6), to and from 64-bit integers and doubles. Integer
// arithmetic only, so no floating-point routine is linked where the processor has no such unit. Needs no
// memory but stack.
#pragma once

#include <cstddef>
#include <cstdint>

namespace linnet::json::detail {

inline constexpr std::size_t kMaxDigits = 20;  // 18446744073709551615

/// Moves past the number at `at`. False if there is none; `at` is then at the first byte that is wrong.
bool skip_number(const char*& at, const char* end) noexcept;

/// Writes `number` so that it ends at `end`, which has room for kMaxDigits before it; returns its first
/// digit.
char* put_digits(std::uint64_t number, char* end) noexcept;

/// A decimal number: digits * 10^exponent, without trailing zeros.
struct Decimal {
  std::uint64_t digits;  // at most 17 of them
  int exponent;
};

/// The shortest decimal, as Writer documents it, of a finite positive double. `precision`: the significant
/// bits of the value, 53 or 24.
Decimal shortest(double number, unsigned precision) noexcept;

}  // namespace linnet::json::detail
