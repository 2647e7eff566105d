// SPDX-License-Identifier: Apache-2.0
// A line from left to right, one command at a time.
#include "tools/modem/command.hpp"

#include <algorithm>
#include <array>

#include "tools/modem/number.hpp"

namespace linnet::emulator {
namespace {

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

class Reader {
 public:
  explicit Reader(std::string_view line) noexcept : left_{line} {}

  std::optional<std::vector<Command>> read() {
    std::vector<Command> commands;
    for (skip(); !left_.empty(); skip()) {
      Command command;
      const bool good = is_letter(left_.front()) || left_.front() == '&' ? basic(command) : extended(command);
      if (!good) return {};
      commands.push_back(std::move(command));
    }
    return commands;
  }

 private:
  void skip() noexcept {
    while (!left_.empty() && (left_.front() == ' ' || left_.front() == ';')) left_.remove_prefix(1);
  }

  char take() noexcept {
    const char c = left_.front();
    left_.remove_prefix(1);
    return c;
  }

  std::string digits() {
    std::string text;
    while (!left_.empty() && is_digit(left_.front())) text.push_back(take());
    return text;
  }

  // One letter, perhaps behind '&', and a number; S has a number before its form; D takes the rest of the
  // line.
  bool basic(Command& command) {
    if (left_.front() == '&') command.name.push_back(take());
    if (left_.empty() || !is_letter(left_.front())) return false;
    command.name.push_back(upper(take()));
    if (command.name == "D") {
      command.text = left_;
      left_ = {};
      return true;
    }
    if (command.name == "S") command.name += digits();
    if (!left_.empty() && left_.front() == '?') {
      take();
      command.form = Command::read;
      return true;
    }
    if (!left_.empty() && left_.front() == '=') {
      take();
      command.form = Command::write;
      if (!left_.empty() && left_.front() == '?') {
        take();
        command.form = Command::test;
        return true;
      }
    }
    command.text = digits();
    if (!command.text.empty()) command.arguments.push_back({.text = command.text});
    return true;
  }

  bool extended(Command& command) {
    constexpr std::string_view kFirst = "+*$^%#";
    if (kFirst.find(left_.front()) == std::string_view::npos) return false;
    command.name.push_back(take());
    while (!left_.empty() && (is_letter(left_.front()) || is_digit(left_.front()) || left_.front() == '_')) {
      command.name.push_back(upper(take()));
    }
    if (command.name.size() == 1) return false;
    while (!left_.empty() && left_.front() == ' ') take();
    if (left_.empty()) return true;
    const char next = take();
    if (next == ';') return true;
    if (next == '?') {
      command.form = Command::read;
      return ends();
    }
    if (next != '=') return false;
    if (!left_.empty() && left_.front() == '?') {
      take();
      command.form = Command::test;
      return ends();
    }
    command.form = Command::write;
    return arguments(command);
  }

  bool ends() noexcept { return left_.empty() || left_.front() == ';' || left_.front() == ' '; }

  bool arguments(Command& command) {
    Argument argument;
    bool in_quotes = false;
    const std::string_view start = left_;
    while (!left_.empty() && (in_quotes || left_.front() != ';')) {
      const char c = take();
      if (c == '"') {
        in_quotes = !in_quotes;
        argument.quoted = true;
      } else if (c == ',' && !in_quotes) {
        command.arguments.push_back(std::move(argument));
        argument = {};
      } else if (c != ' ' || in_quotes) {
        argument.text.push_back(c);
      }
    }
    command.arguments.push_back(std::move(argument));
    command.text = start.substr(0, start.size() - left_.size());
    return !in_quotes;
  }

  std::string_view left_;
};

}  // namespace

std::optional<long> Command::number(std::size_t n, long least, long most) const noexcept {
  if (!has(n)) return {};
  const auto number = parse_number<long>(arguments[n].text);
  if (!number || *number < least || *number > most) return {};
  return number;
}

std::optional<long> Command::number(std::size_t n, long least, long most, long standard) const noexcept {
  return has(n) ? number(n, least, most) : std::optional{standard};
}

std::optional<std::vector<Command>> parse_line(std::string_view line) {
  return Reader{line}.read();
}

std::string without_secrets(std::string_view line) {
  constexpr std::array<std::string_view, 5> kSecret{
      "+CPIN=", "+CGAUTH=", "+CLCK=", "+CPWD=", "\"PASSWORD\","};
  std::string shown{line};
  std::string capitals{line};
  std::ranges::transform(capitals, capitals.begin(), upper);
  for (const std::string_view secret : kSecret) {
    const auto at = capitals.find(secret);
    if (at == std::string::npos) continue;
    for (std::size_t i = at + secret.size(); i < shown.size(); ++i) {
      if (shown[i] != ',' && shown[i] != '"') shown[i] = '*';
    }
  }
  return shown;
}

}  // namespace linnet::emulator
