// SPDX-License-Identifier: Apache-2.0
// The grammar of a command line (ITU-T V.250 chapter 5, M767 section 1.5.2): basic commands one behind the
// other, extended ones parted by semicolons, arguments parted by commas, texts in quotes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::emulator {

struct Argument {
  std::string text;  // without its quotes
  bool quoted = false;

  bool given() const noexcept { return quoted || !text.empty(); }
};

struct Command {
  enum Form : std::uint8_t { execute = 1, read = 2, test = 4, write = 8 };

  std::string name;  // "+CSQ", "E", "&C", upper case
  Form form = execute;
  std::vector<Argument> arguments;  // of `write`; a basic command has its number here, if one was given
  std::string text;                 // the arguments as they were typed

  /// The n-th argument, from 0, as a number in these bounds; nothing: it is none, or missing.
  std::optional<long> number(std::size_t n, long least, long most) const noexcept;
  /// The same, with what it is when it is missing.
  std::optional<long> number(std::size_t n, long least, long most, long standard) const noexcept;
  bool has(std::size_t n) const noexcept { return n < arguments.size() && arguments[n].given(); }
  /// Its text; empty when it is missing.
  std::string_view word(std::size_t n) const noexcept {
    return n < arguments.size() ? std::string_view{arguments[n].text} : std::string_view{};
  }
};

/// The commands of a line, without its "AT" and its CR. Nothing: its syntax is wrong.
std::optional<std::vector<Command>> parse_line(std::string_view line);

/// The line with asterisks for what a log must not show: PINs, PUKs, passwords.
std::string without_secrets(std::string_view line);

}  // namespace linnet::emulator
