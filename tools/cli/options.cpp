// SPDX-License-Identifier: Apache-2.0
// CLI11 finds the options and writes the help; what their values mean is judged here, from their raw text,
// because CLI11 gives values like "{}" and "[1,2]" a meaning of its own.
#include "tools/cli/options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>

#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {

struct Options::Parser {
  /// Says what is wrong with the option's values; empty: nothing.
  using Take = std::function<std::string(const std::vector<std::string>& values)>;
  struct Entry {
    CLI::Option* option;
    std::string name;
    Take take;
  };

  explicit Parser(const std::string& about) : app{about} {}

  CLI::App app;
  std::string command;
  std::string level = "info";
  bool quiet = false;
  std::vector<Entry> entries;
  std::map<const CLI::Option*, std::string> names;

  CLI::Option* add(const std::string& name, const std::string& value, const std::string& help, Take take) {
    CLI::Option* option = app.add_option(name, [](const CLI::results_t&) { return true; }, help);
    option->type_name(value)->expected(1)->allow_extra_args(false);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    entries.push_back({option, name, std::move(take)});
    names[option] = name;
    return option;
  }

  /// For options that are given once.
  CLI::Option* add_single(const std::string& name, const std::string& value, const std::string& help,
                          std::function<std::string(const std::string&)> take) {
    return add(name, value, help, [name, take = std::move(take)](const std::vector<std::string>& values) {
      return values.size() == 1 ? take(values.front()) : name + " is given more than once";
    });
  }
};

Options::Options(const std::string& command, const std::string& about, const std::string& footer)
    : parser_{std::make_unique<Parser>(about)} {
  parser_->command = command;
  parser_->app.name("linnet " + command);
  parser_->app.footer(footer);
  parser_->app.get_formatter()->column_width(36);
  parser_->app.get_formatter()->label("REQUIRED", "");
}

Options::~Options() = default;

Options& Options::operand(const std::string& name, std::string& to, const std::string& help) {
  const auto take = [&to](const std::string& value) {
    to = value;
    return std::string{};
  };
  parser_->add_single(name, "", help, take)->required();
  return *this;
}

Options& Options::operands(const std::string& name, std::vector<std::string>& to, const std::string& help) {
  const auto take = [&to](const std::vector<std::string>& values) {
    to = values;
    return std::string{};
  };
  parser_->add(name, "", help, take)->expected(0, -1)->allow_extra_args();
  return *this;
}

Options& Options::flag(const std::string& name, bool& to, const std::string& help) {
  CLI::Option* option = parser_->app.add_flag(name, help);
  parser_->names[option] = name;
  parser_->entries.push_back({option, name, [&to](const std::vector<std::string>&) {
                                to = true;
                                return std::string{};
                              }});
  return *this;
}

Options& Options::text(const std::string& name, const std::string& value, std::string& to,
                       const std::string& help) {
  parser_->add_single(name, value, help, [&to](const std::string& given) {
    to = given;
    return std::string{};
  });
  return *this;
}

Options& Options::number(const std::string& name, const std::string& value, std::optional<std::uint64_t>& to,
                         std::uint64_t least, std::uint64_t most, const std::string& help) {
  parser_->add_single(name, value, help, [&to, name, least, most](const std::string& given) {
    std::uint64_t number = 0;
    const char* const end = given.data() + given.size();
    const auto [rest, failure] = std::from_chars(given.data(), end, number);
    if (failure != std::errc{} || rest != end || number < least || number > most) {
      return concat(name, " wants a whole number from ", least, " to ", most, ", not '", printable(given, 80),
                    "'");
    }
    to = number;
    return std::string{};
  });
  return *this;
}

Options& Options::seconds(const std::string& name, Duration& to, Duration least, const std::string& help) {
  parser_->add_single(name, "SECONDS", help, [&to, name, least](const std::string& given) {
    constexpr double kYear = 365.0 * 24 * 3600;
    double number = 0;
    const char* const end = given.data() + given.size();
    const auto [rest, failure] = std::from_chars(given.data(), end, number, std::chars_format::fixed);
    const double floor = std::chrono::duration<double>(least).count();
    if (failure != std::errc{} || rest != end || !(number >= floor) || number > kYear) {
      return concat(name, " wants seconds, ", in_seconds(least), " or more, not '", printable(given, 80),
                    "'");
    }
    to = Duration{std::llround(number * 1e6)};
    return std::string{};
  });
  return *this;
}

Options& Options::choice(const std::string& name, std::vector<std::string> choices, std::string& to,
                         const std::string& help) {
  std::string value;
  for (const std::string& one : choices) value += (value.empty() ? "" : "|") + one;
  parser_->add_single(name, value, help,
                      [&to, name, value, choices = std::move(choices)](const std::string& given) {
                        if (std::find(choices.begin(), choices.end(), given) == choices.end()) {
                          return concat(name, " is one of ", value, ", not '", printable(given, 80), "'");
                        }
                        to = given;
                        return std::string{};
                      });
  return *this;
}

Options& Options::list(const std::string& name, const std::string& value, std::vector<std::string>& to,
                       const std::string& help) {
  parser_->add(name, value, help, [&to](const std::vector<std::string>& values) {
    to = values;
    return std::string{};
  });
  return *this;
}

Options& Options::not_yet(const std::string& name, const std::string& what) {
  // With or without a value: both deserve the same answer.
  const auto take = [name, what](const std::vector<std::string>&) {
    return concat(name, ": not in this version yet: ", what);
  };
  parser_->add(name, "", "", take)->expected(0, 1)->group("");
  return *this;
}

std::optional<int> Options::parse(Arguments arguments) {
  Parser& parser = *parser_;
  flag("--quiet", parser.quiet, "only what failed, on stderr");
  choice("--log-level", {"trace", "debug", "info", "warn", "error"}, parser.level,
         "what stderr tells (info)");
  std::vector<std::string> reversed{arguments.rbegin(), arguments.rend()};  // as CLI11 wants them
  try {
    parser.app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    const std::string help = parser.app.help();
    std::fwrite(help.data(), 1, help.size(), stdout);
    return kDone;
  } catch (const CLI::Error& wrong) {
    return misused(wrong.what());
  }
  for (const Parser::Entry& entry : parser.entries) {
    if (entry.option->count() == 0) continue;
    if (const std::string wrong = entry.take(entry.option->results()); !wrong.empty()) return misused(wrong);
  }
  const auto level = parser.quiet ? Level::error : parse_level(parser.level);
  log::set_level(level.value_or(Level::info));
  return std::nullopt;
}

bool Options::is_given(const std::string& name) const {
  for (const Parser::Entry& entry : parser_->entries) {
    if (entry.name == name) return entry.option->count() > 0;
  }
  return false;
}

std::vector<Options::Given> Options::in_order(const std::vector<std::string>& wanted) const {
  std::vector<Given> given;
  std::map<const CLI::Option*, std::size_t> seen;
  for (const CLI::Option* option : parser_->app.parse_order()) {
    const auto name = parser_->names.find(option);
    if (name == parser_->names.end()) continue;
    if (std::find(wanted.begin(), wanted.end(), name->second) == wanted.end()) continue;
    given.push_back({name->second, option->results().at(seen[option]++)});
  }
  return given;
}

int Options::misused(std::string_view what) const {
  std::string text{what};
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  const std::string line = concat("linnet ", parser_->command, ": ", printable(text, 1000), "; `linnet ",
                                  parser_->command, " --help` says how\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
  return kWrongUsage;
}

}  // namespace linnet::tools
