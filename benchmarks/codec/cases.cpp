// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace bench {
namespace {

constexpr std::size_t kKiB = 1024;

// The generators of masking keys refill in blocks of 16 (ChaCha) or 256 keys: N is a multiple of both where
// a refill could show, and few enough for callgrind where a message is large.
const std::vector<Case> kCases{
    {"parse binary 16", Direction::server_parse, Content::binary, 16, 1024},
    {"parse binary 1024", Direction::server_parse, Content::binary, kKiB, 256},
    {"parse binary 65536", Direction::server_parse, Content::binary, 64 * kKiB, 16},
    {"parse ascii 16", Direction::server_parse, Content::ascii, 16, 1024},
    {"parse ascii 1024", Direction::server_parse, Content::ascii, kKiB, 256},
    {"parse ascii 65536", Direction::server_parse, Content::ascii, 64 * kKiB, 16},
    {"parse mixed 1024", Direction::server_parse, Content::mixed, kKiB, 256},
    {"parse mixed 65536", Direction::server_parse, Content::mixed, 64 * kKiB, 16},
    {"client encode 16", Direction::client_encode, Content::binary, 16, 1024},
    {"client encode 1024", Direction::client_encode, Content::binary, kKiB, 256},
    {"client encode 65536", Direction::client_encode, Content::binary, 64 * kKiB, 16},
    {"server encode 16", Direction::server_encode, Content::binary, 16, 1024},
    {"server encode 65536", Direction::server_encode, Content::binary, 64 * kKiB, 16},
};

constexpr std::array<char, 4> kMaskingKey{'\x37', '\x7a', '\x21', '\x3d'};

/// Numerical Recipes' linear congruential generator: no quality is needed, only the same bytes everywhere.
class Sequence {
 public:
  std::uint32_t below(std::uint32_t limit) {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<std::uint32_t>((std::uint64_t{state_} * limit) >> 32);
  }

 private:
  std::uint32_t state_ = 20261120u;
};

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0u | (point >> 6));
    put(0x80u | (point & 0x3Fu));
  } else if (point < 0x10000) {
    put(0xE0u | (point >> 12));
    put(0x80u | ((point >> 6) & 0x3Fu));
    put(0x80u | (point & 0x3Fu));
  } else {
    put(0xF0u | (point >> 18));
    put(0x80u | ((point >> 12) & 0x3Fu));
    put(0x80u | ((point >> 6) & 0x3Fu));
    put(0x80u | (point & 0x3Fu));
  }
}

/// Mixed text as chats and logs of many countries have it: words of 2 to 9 letters, each in one script,
/// a blank after each. Of 16 words 4 are Latin, 5 Cyrillic or Greek (2 bytes a letter), 5 Chinese (3 bytes),
/// 1 is Latin with an accented letter in the middle, and 1 is a run of emoji (4 bytes). No run of ASCII is
/// long enough to profit from a vector path made for plain ASCII.
std::string mixed_text(std::size_t size) {
  constexpr std::size_t kLongest = 4;
  Sequence random;
  std::string text;
  while (text.size() + kLongest <= size) {
    const std::uint32_t script = random.below(16);
    const std::uint32_t letters = 2 + random.below(8);
    for (std::uint32_t i = 0; i < letters && text.size() + kLongest <= size; ++i) {
      if (script < 4) {
        append_utf8(text, 'a' + random.below(26));
      } else if (script < 7) {
        append_utf8(text, 0x430u + random.below(32));
      } else if (script < 9) {
        append_utf8(text, 0x3B1u + random.below(17));
      } else if (script < 14) {
        append_utf8(text, 0x4E00u + random.below(0x5000));
      } else if (script < 15) {
        append_utf8(text, i == letters / 2 ? 0xE0u + random.below(23) : 'a' + random.below(26));
      } else {
        append_utf8(text, 0x1F600u + random.below(64));
      }
    }
    if (text.size() < size) text.push_back(' ');
  }
  text.resize(size, '.');
  return text;
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bench: %s\n", what);
  std::abort();
}

std::size_t byte_at(Bytes wire, std::size_t at) {
  return static_cast<unsigned char>(wire[at]);
}

std::size_t read_length(Bytes wire, std::size_t& at) {
  std::size_t length = byte_at(wire, at++) & 0x7Fu;
  const std::size_t more = length == 127 ? 8 : length == 126 ? 2 : 0;
  if (wire.size() < at + more) fail("a frame is cut short");
  if (more != 0) length = 0;
  for (std::size_t i = 0; i < more; ++i) length = length << 8 | byte_at(wire, at++);
  return length;
}

}  // namespace

const std::vector<Case>& all_cases() {
  return kCases;
}

std::string payload_of(const Case& row) {
  if (row.content == Content::mixed) return mixed_text(row.size);
  std::string payload(row.size, '\0');
  Sequence random;
  for (char& byte : payload) {
    byte = static_cast<char>(row.content == Content::ascii ? ' ' + random.below(95) : random.below(256));
  }
  return payload;
}

std::string frame_of(const Case& row, bool masked) {
  const std::string payload = payload_of(row);
  const unsigned mask_bit = masked ? 0x80u : 0;
  const int length_bytes = row.size > 0xFFFF ? 8 : row.size > 125 ? 2 : 0;
  const std::size_t length = length_bytes == 8 ? 127 : length_bytes == 2 ? 126 : row.size;
  std::string frame;
  frame.push_back(row.content == Content::binary ? '\x82' : '\x81');
  frame.push_back(static_cast<char>(mask_bit | length));
  for (int i = length_bytes - 1; i >= 0; --i) frame.push_back(static_cast<char>(row.size >> (8 * i)));
  if (masked) frame.append(kMaskingKey.data(), kMaskingKey.size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(masked ? static_cast<char>(payload[i] ^ kMaskingKey[i % 4]) : payload[i]);
  }
  return frame;
}

std::string decode_message(Bytes wire, bool expect_masked, std::vector<std::string>& keys) {
  std::string message;
  std::size_t at = 0;
  bool final = false;
  for (std::size_t opcode = 2; !final; opcode = 0) {  // binary, then continuations
    if (wire.size() < at + 2) fail("a frame is cut short");
    const std::size_t head = byte_at(wire, at++);
    if ((head & 0x7Fu) != opcode) fail("an unexpected opcode");
    final = (head & 0x80u) != 0;
    const bool masked = (byte_at(wire, at) & 0x80u) != 0;
    if (masked != expect_masked) fail("the mask bit is wrong");
    const std::size_t length = read_length(wire, at);
    if (wire.size() - at < length + (masked ? 4 : 0)) fail("a frame is cut short");
    std::array<char, 4> key{};
    if (masked) {
      for (char& byte : key) byte = wire[at++];
      keys.emplace_back(key.data(), key.size());
    }
    for (std::size_t i = 0; i < length; ++i) message.push_back(static_cast<char>(wire[at++] ^ key[i % 4]));
  }
  if (at != wire.size()) fail("bytes behind the message");
  return message;
}

}  // namespace bench
