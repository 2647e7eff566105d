// SPDX-License-Identifier: Apache-2.0
// A command's options, read with CLI11. That library is large and throws, so that only options.cpp knows of
// it: it alone is compiled with exceptions, and none leaves it.
//
//   Options options{"connect", "one WebSocket client"};
//   options.operand("URL", url, "where to").flag("--echo", echo, "send each message back");
//   if (auto status = options.parse(arguments)) return *status;
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/time.hpp"
#include "tools/command.hpp"

namespace linnet::tools {

class Options {
 public:
  /// Every command has --help, --quiet and --log-level; parse() sees to them. `footer` ends the help.
  Options(const std::string& command, const std::string& about, const std::string& footer = {});
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // Where a value goes to outlives parse(), and keeps what it has where the option is not given.
  Options& operand(const std::string& name, std::string& to, const std::string& help);  // must be given
  Options& operands(const std::string& name, std::vector<std::string>& to,
                    const std::string& help);  // any number
  Options& flag(const std::string& name, bool& to, const std::string& help);
  Options& text(const std::string& name, const std::string& value, std::string& to, const std::string& help);
  Options& number(const std::string& name, const std::string& value, std::optional<std::uint64_t>& to,
                  std::uint64_t least, std::uint64_t most, const std::string& help);
  /// With a fraction, if wanted; `least` and up to a year.
  Options& seconds(const std::string& name, Duration& to, Duration least, const std::string& help);
  Options& choice(const std::string& name, std::vector<std::string> choices, std::string& to,
                  const std::string& help);
  /// May be repeated, one value each.
  Options& list(const std::string& name, const std::string& value, std::vector<std::string>& to,
                const std::string& help);
  /// Known, and refused: "not in this version yet: `what`".
  Options& not_yet(const std::string& name, const std::string& what);

  /// Nothing: go on. Else all was said, and this is the exit status.
  std::optional<int> parse(Arguments arguments);

  bool is_given(const std::string& name) const;

  struct Given {
    std::string name;
    std::string value;
  };
  /// All values of the options `wanted`, in the order in which they stand on the command line.
  std::vector<Given> in_order(const std::vector<std::string>& wanted) const;

  /// Says what is wrong with the command line, and where to read how it is right. Returns kWrongUsage.
  int misused(std::string_view what) const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace linnet::tools
