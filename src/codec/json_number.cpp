// SPDX-License-Identifier: Apache-2.0
// JSON numbers: see json_number.hpp, and to_int and to_double of json.hpp. RFC 8259, section 6.
//
// Both directions between binary and decimal are one multiplication or division of a 64-bit significand by a
// power of five, exact up to 5^27 (the largest that 64 bits hold), with the remainder kept as a sticky bit;
// larger powers take several such steps, each less than 2^-63 off. No tables, unlike the known algorithms
// whose powers of ten alone are 5 to 10 KB.
#include "json_number.hpp"

#include <algorithm>
#include <bit>

#include "linnet/codec/json.hpp"

namespace linnet::json {
namespace detail {
namespace {

constexpr unsigned kDoublePrecision =
    53;  // IEEE 754 binary64: significant bits, bias and the largest exponent
constexpr int kDoubleBias = 1023;
constexpr int kDoubleInfinity = 2047;
constexpr int kLargestStep = 27;  // 5^27 < 2^64 < 5^28

struct Wide {
  std::uint64_t high;
  std::uint64_t low;
};

/// All 128 bits of the product.
Wide multiply(std::uint64_t a, std::uint64_t b) noexcept {
  const std::uint64_t a_high = a >> 32;
  const std::uint64_t a_low = a & 0xffffffff;
  const std::uint64_t b_high = b >> 32;
  const std::uint64_t b_low = b & 0xffffffff;
  const std::uint64_t low = a_low * b_low;
  const std::uint64_t middle = a_high * b_low + (low >> 32);
  const std::uint64_t carry = a_low * b_high + (middle & 0xffffffff);
  return {a_high * b_high + (middle >> 32) + (carry >> 32), carry << 32 | (low & 0xffffffff)};
}

/// number / 10, by multiplication with 2^67/10 rounded up (exact for all 64 bits): the C library's 64-bit
/// division is 700 bytes of flash and ten times slower on a Cortex-M3.
std::uint64_t tenth(std::uint64_t number) noexcept {
  return multiply(number, 0xcccc'cccc'cccc'cccd).high >> 3;
}

/// significand * 2^exponent; the significand's highest bit is set.
struct Binary {
  std::uint64_t significand;
  int exponent;
  bool sticky;  // the true value is a little more

  Binary(std::uint64_t number, int power_of_two, bool more = false) noexcept
      : significand{number << std::countl_zero(number)},
        exponent{power_of_two - std::countl_zero(number)},
        sticky{more} {}
};

void multiply_by(Binary& value, std::uint64_t factor) noexcept {
  const Wide product = multiply(value.significand, factor);
  const int shift = std::countl_zero(product.high);  // the factor's leading zeros, or one more
  value.significand = product.high << shift | (product.low >> 1) >> (63 - shift);
  value.exponent += 64 - shift;
  value.sticky |= product.low << shift != 0;
}

/// Long division, a bit at a time.
void divide_by(Binary& value, std::uint64_t divisor) noexcept {
  const int shift = std::countl_zero(divisor);
  divisor <<= shift;
  std::uint64_t rest = value.significand;
  std::uint64_t quotient = 0;
  bool carry = false;  // bit 64 of the rest
  int exponent = shift - 63;
  if (rest < divisor) {  // so that the quotient has its highest bit set
    carry = true;        // the significand's highest bit is always set
    rest <<= 1;
    --exponent;
  }
  for (int i = 0; i < 64; ++i) {
    quotient <<= 1;
    if (carry || rest >= divisor) {
      rest -= divisor;
      quotient |= 1;
    }
    carry = rest >> 63 != 0;
    rest <<= 1;
  }
  value.significand = quotient;
  value.exponent += exponent;
  value.sticky |= carry || rest != 0;
}

void scale_by_power_of_ten(Binary& value, int power) noexcept {
  value.exponent += power;  // 10^n = 5^n * 2^n
  while (power != 0) {
    const int step = std::min(power < 0 ? -power : power, kLargestStep);
    std::uint64_t five = 1;
    for (int i = 0; i < step; ++i) five *= 5;
    if (power > 0) {
      multiply_by(value, five);
      power -= step;
    } else {
      divide_by(value, five);
      power += step;
    }
  }
}

/// The significand without its lowest `drop` bits (at least 1), rounded to nearest, ties to even.
std::uint64_t rounded(const Binary& value, int drop) noexcept {
  if (drop > 64) return 0;
  const std::uint64_t kept = drop < 64 ? value.significand >> drop : 0;
  const std::uint64_t lost = value.significand << (64 - drop);
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
  const bool up = lost > kHalf || (lost == kHalf && (value.sticky || (kept & 1) != 0));
  return kept + (up ? 1 : 0);
}

/// The bits of the double nearest to `value`, of which `precision` bits count; of infinity where it is too
/// large.
std::uint64_t double_bits(const Binary& value, unsigned precision) noexcept {
  const int exponent = value.exponent + 63 + kDoubleBias;
  if (exponent >= kDoubleInfinity) return std::uint64_t{kDoubleInfinity} << (kDoublePrecision - 1);
  const int subnormal = exponent < 1 ? 1 - exponent : 0;
  const std::uint64_t fraction = rounded(value, 64 - static_cast<int>(precision) + subnormal);
  const auto field = static_cast<std::uint64_t>(exponent + subnormal - 1);
  // The fraction's highest bit, which a double does not store, adds 1 to the exponent's field; so does a
  // rounding that carries into the next power of two.
  return (field << (kDoublePrecision - 1)) + (fraction << (kDoublePrecision - precision));
}

Binary binary_from(std::uint64_t bits) noexcept {
  const auto field = static_cast<int>(bits >> (kDoublePrecision - 1));
  const std::uint64_t hidden = std::uint64_t{1} << (kDoublePrecision - 1);
  const std::uint64_t fraction = bits & (hidden - 1);
  return {field == 0 ? fraction : fraction | hidden, std::max(field, 1) - kDoubleBias - 52};
}

bool is_digit(char character) noexcept {
  return character >= '0' && character <= '9';
}

bool skip_digits(const char*& at, const char* end) noexcept {
  const char* const first = at;
  while (at != end && is_digit(*at)) ++at;
  return at != first;
}

/// Is `raw` one number, whole?
bool is_number(std::string_view raw) noexcept {
  const char* at = raw.data();
  const char* const end = at + raw.size();
  return skip_number(at, end) && at == end;
}

/// The exponent after the e, held within ±10^8: no text in memory makes up for that with its digits.
std::int64_t exponent_of(std::string_view text) noexcept {
  constexpr std::int64_t kEnough = 100'000'000;
  const bool negative = text.front() == '-';
  std::int64_t exponent = 0;
  for (const char digit : text) {
    if (is_digit(digit) && exponent < kEnough) exponent = exponent * 10 + (digit - '0');
  }
  return negative ? -exponent : exponent;
}

}  // namespace

bool skip_number(const char*& at, const char* end) noexcept {
  if (at != end && *at == '-') ++at;
  // Section 6: "Leading zeros are not allowed."
  if (at != end && *at == '0') {
    ++at;
  } else if (!skip_digits(at, end)) {
    return false;
  }
  if (at != end && *at == '.') {
    ++at;
    if (!skip_digits(at, end)) return false;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end && (*at == '+' || *at == '-')) ++at;
    return skip_digits(at, end);
  }
  return true;
}

char* put_digits(std::uint64_t number, char* end) noexcept {
  do {
    const std::uint64_t rest = tenth(number);
    *--end = static_cast<char>('0' + (number - rest * 10));
    number = rest;
  } while (number != 0);
  return end;
}

Decimal shortest(double number, unsigned precision) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(number);
  const Binary value = binary_from(bits);
  // As many digits as always survive decimal -> binary -> decimal (DBL_DIG, FLT_DIG), then as many as it
  // takes for binary -> decimal -> binary (DBL_DECIMAL_DIG, FLT_DECIMAL_DIG).
  int count = precision == kDoublePrecision ? 15 : 6;
  const int most = precision == kDoublePrecision ? 17 : 9;
  // log10(2) = 78913 / 2^18 to 7 digits; the true power is this or one more.
  int power = ((value.exponent + 63) * 78913 >> 18) + 1 - count;
  std::uint64_t limit = 1;
  for (int i = 0; i < count; ++i) limit *= 10;
  for (;;) {
    Binary scaled = value;
    scale_by_power_of_ten(scaled, -power);
    const std::uint64_t digits = rounded(scaled, -scaled.exponent);
    if (digits >= limit) {  // it was one more
      ++power;
      continue;
    }
    Decimal result{digits, power};
    for (std::uint64_t rest = tenth(digits); rest * 10 == result.digits; rest = tenth(rest)) {
      result.digits = rest;
      ++result.exponent;
    }
    Binary back{result.digits, 0};
    scale_by_power_of_ten(back, result.exponent);
    if (count == most || double_bits(back, precision) == bits) return result;
    ++count;
    --power;
    limit *= 10;
  }
}

}  // namespace detail

Result<std::int64_t> to_int(std::string_view raw) noexcept {
  if (!detail::is_number(raw)) return fail(Errc::malformed_json);
  const bool negative = raw.front() == '-';
  if (negative) raw.remove_prefix(1);
  constexpr auto kLargest = static_cast<std::uint64_t>(INT64_MAX);
  const std::uint64_t limit = negative ? kLargest + 1 : kLargest;
  std::uint64_t number = 0;
  for (const char character : raw) {
    if (!detail::is_digit(character)) return fail(Errc::malformed_json);
    if (number > kLargest / 10) return fail(Errc::too_large);
    number = number * 10 + static_cast<std::uint64_t>(character - '0');
    if (number > limit) return fail(Errc::too_large);
  }
  return static_cast<std::int64_t>(negative ? 0 - number : number);
}

Result<double> to_double(std::string_view raw) noexcept {
  if (!detail::is_number(raw)) return fail(Errc::malformed_json);
  const std::uint64_t sign = raw.front() == '-' ? std::uint64_t{1} << 63 : 0;
  constexpr std::uint64_t kRoom = 999'999'999'999'999'999;  // one digit more still fits 64 bits
  std::uint64_t digits = 0;
  std::int64_t power = 0;
  bool more = false;
  bool in_fraction = false;
  for (; !raw.empty(); raw.remove_prefix(1)) {
    const char character = raw.front();
    if (character == 'e' || character == 'E') {
      raw.remove_prefix(1);
      power += detail::exponent_of(raw);
      break;
    }
    if (character == '.') in_fraction = true;
    if (!detail::is_digit(character)) continue;  // the sign, the point
    if (digits <= kRoom) {
      digits = digits * 10 + static_cast<std::uint64_t>(character - '0');
      power -= in_fraction ? 1 : 0;
    } else {
      more |= character != '0';
      power += in_fraction ? 0 : 1;
    }
  }
  // 19 digits below 10^-400 are 0, and 10^309 is above the largest double.
  if (digits == 0 || power < -400) return std::bit_cast<double>(sign);
  if (power > 400) return fail(Errc::too_large);
  detail::Binary value{digits, 0, more};
  detail::scale_by_power_of_ten(value, static_cast<int>(power));
  const std::uint64_t bits = detail::double_bits(value, detail::kDoublePrecision);
  if (bits >> 52 == detail::kDoubleInfinity) return fail(Errc::too_large);
  return std::bit_cast<double>(sign | bits);
}

}  // namespace linnet::json
