// SPDX-License-Identifier: Apache-2.0
// The UTF-8 validator against a plain decoder that follows RFC 3629, section 3, bit by bit. Whole, byte by
// byte (where it must fail at exactly the first impossible byte), cut once at every place, and at places
// that the input's first bytes choose.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "linnet/codec/utf8.hpp"

using linnet::Bytes;
using linnet::codec::Utf8Validator;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

struct Verdict {
  std::size_t bad_at;  // the first byte that no text can have there; the size: none
  bool complete;
};

/// Whether `value`, whose low `unknown` bits are still to come, can become a scalar value in its shortest
/// form of `bytes` bytes.
bool may_become_scalar(std::uint32_t value, unsigned unknown, unsigned bytes) {
  constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const std::uint32_t low = value << unknown;
  const std::uint32_t high = low | ((1u << unknown) - 1);
  if (high < smallest[bytes] || low > 0x10FFFF) return false;
  return !(low >= 0xD800 && high <= 0xDFFF);
}

Verdict judge(const std::vector<std::byte>& text) {
  std::uint32_t value = 0;
  unsigned bytes = 0, have = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = std::to_integer<std::uint32_t>(text[i]);
    if (have == bytes) {
      have = 1;
      if (byte < 0x80) {
        bytes = 1;
        continue;
      }
      if (byte < 0xC0 || byte >= 0xF8) return {i, false};
      bytes = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      value = byte & (0x7Fu >> bytes);
    } else {
      if (byte >> 6 != 2) return {i, false};
      value = value << 6 | (byte & 0x3F);
      ++have;
    }
    if (!may_become_scalar(value, 6 * (bytes - have), bytes)) return {i, false};
  }
  return {text.size(), have == bytes};
}

/// Gives the pieces between `cuts` to a validator, each in memory of its own.
void check(const std::vector<std::byte>& text, const std::vector<std::size_t>& cuts,
           const Verdict& expected) {
  Utf8Validator validator;
  std::size_t begin = 0;
  for (std::size_t end : cuts) {
    const std::vector<std::byte> piece(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                       text.begin() + static_cast<std::ptrdiff_t>(end));
    const bool accepted = validator.accept(piece);
    require(accepted == (end <= expected.bad_at));
    if (!accepted) {
      require(!validator.accept({}) && !validator.complete());
      return;
    }
    begin = end;
  }
  require(validator.complete() == expected.complete);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::uint32_t seed = static_cast<std::uint32_t>(data[0] << 8 | data[1]);
  const auto* const bytes = reinterpret_cast<const std::byte*>(data);
  const std::vector<std::byte> text(bytes + 2, bytes + size);
  const Verdict expected = judge(text);

  check(text, {text.size()}, expected);
  std::vector<std::size_t> every;
  for (std::size_t i = 1; i <= text.size(); ++i) every.push_back(i);
  check(text, every, expected);
  if (text.size() <= 300) {
    for (std::size_t cut = 0; cut <= text.size(); ++cut) check(text, {cut, text.size()}, expected);
  }
  std::vector<std::size_t> some;
  for (std::size_t at = 0; at < text.size();) {
    seed = seed * 1664525u + 1013904223u;
    at += (seed >> 8) % 70;
    some.push_back(at < text.size() ? at : text.size());
  }
  if (!some.empty()) check(text, some, expected);
  return 0;
}
