// SPDX-License-Identifier: Apache-2.0
#include "tools/client/link_options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "port/bsd/address.hpp"
#include "port/linux/terminal.hpp"
#include "tools/cli/file.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr std::string_view kForm =
    "modem:DEVICE[,baud=N][,mode=command|transparent][,flow=none|rtscts][,dtr=yes|no][,dcd=yes|no]";
constexpr std::size_t kLargestSecretFile = 4096;

/// One of two words.
bool take_either(bool& to, std::string_view value, std::string_view no, std::string_view yes) {
  if (value != no && value != yes) return false;
  to = value == yes;
  return true;
}

/// Says what is wrong with "NAME=VALUE"; empty: nothing.
std::string take_setting(LinkChoice& to, std::string_view setting) {
  const std::size_t equals = setting.find('=');
  const std::string_view name = setting.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : setting.substr(equals + 1);
  if (name == "baud") {
    const auto [rest, failure] = std::from_chars(value.data(), value.data() + value.size(), to.baud);
    const bool is_speed = failure == std::errc{} && rest == value.data() + value.size() &&
                          port::linux::speed_constant(to.baud).has_value();
    return is_speed ? "" : concat("baud=", value, " is no speed of a serial line: 115200, 460800, 921600");
  }
  bool is_transparent = false;
  if (name == "mode") {
    if (!take_either(is_transparent, value, "command", "transparent"))
      return concat("mode=", value, ": it is command or transparent");
    to.mode = is_transparent ? modem::Mode::transparent : modem::Mode::command;
    return {};
  }
  if (name == "flow")
    return take_either(to.flow_control, value, "none", "rtscts")
               ? ""
               : concat("flow=", value, ": it is none or rtscts");
  if (name == "dtr" || name == "dcd")
    return take_either(name == "dtr" ? to.dtr : to.dcd, value, "no", "yes")
               ? ""
               : concat(name, "=", value, ": it is yes or no");
  return concat("'", setting, "' is no setting of a modem: ", kForm);
}

/// A secret's own characters, or those of a file: @FILE. Says what is wrong.
std::string take_secret(std::string_view name, std::string& secret) {
  if (!secret.starts_with('@')) return {};
  const std::string file = secret.substr(1);
  const auto content = read_file(file, kLargestSecretFile);
  if (!content) return concat(name, " @", file, ": ", content.error());
  secret = content->substr(0, content->find_first_of("\r\n"));
  return {};
}

void take_environment(const char* name, std::string& to) {
  const char* const value = std::getenv(name);
  if (to.empty() && value != nullptr) to = value;
}

}  // namespace

std::expected<LinkChoice, std::string> parse_link(std::string_view text) {
  LinkChoice choice;
  if (text == "tcp") return choice;
  std::string_view rest = text;
  if (!rest.starts_with("modem:"))
    return std::unexpected{concat("'", printable(text, 80), "': a link is tcp or ", kForm)};
  rest.remove_prefix(6);
  std::string_view device = rest.substr(0, rest.find(','));
  rest.remove_prefix(device.size());
  choice.kind = LinkChoice::Kind::serial_modem;
  choice.name = concat("modem:", device);
  choice.device = device;
  if (device.starts_with("tcp:")) {
    const auto endpoint = port::parse_endpoint(device.substr(4));
    if (!endpoint || endpoint->port == 0)
      return std::unexpected{concat("'", printable(device, 80), "': a serial server is tcp:HOST:PORT")};
    choice.kind = LinkChoice::Kind::network_modem;
    choice.device = endpoint->host;
    choice.port = endpoint->port;
  } else if (device.empty() || device.find('\0') != std::string_view::npos) {
    return std::unexpected{concat("which modem? ", kForm, "; DEVICE is a serial device or tcp:HOST:PORT")};
  }
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the comma
    const std::string_view setting = rest.substr(0, rest.find(','));
    rest.remove_prefix(setting.size());
    if (std::string wrong = take_setting(choice, setting); !wrong.empty())
      return std::unexpected{std::move(wrong)};
  }
  if (choice.kind == LinkChoice::Kind::network_modem && (choice.dtr || choice.dcd))
    return std::unexpected{std::string{"dtr and dcd: a serial server over TCP has no lines, only bytes"}};
  return choice;
}

void LinkOptions::declare(Options& options) {
  options
      .list("--link", "LINK", links_,
            concat("how to get there: tcp, or ", kForm,
                   " with DEVICE a serial device or tcp:HOST:PORT; may be repeated, the best one first"))
      .text("--apn", "NAME", apn_, "of a modem: the access point (what the modem has stored)")
      .text("--apn-user", "NAME", user_, "its user")
      .text("--apn-password", "PASSWORD", password_, "its password; @FILE: the first line of a file")
      .text("--pin", "PIN", pin_, "of the SIM card; @FILE: the first line of a file");
}

std::string LinkOptions::check(const Options& options) {
  if (!links_.empty()) choices_.clear();
  for (const std::string& link : links_) {
    auto choice = parse_link(link);
    if (!choice) return concat("--link ", choice.error());
    const auto same = [&](const LinkChoice& other) { return other.name == choice->name; };
    if (std::ranges::any_of(choices_, same))
      return concat("--link ", choice->name, " is given more than once");
    choices_.push_back(std::move(*choice));
  }
  for (const char* name : {"--apn", "--apn-user", "--apn-password", "--pin"}) {
    if (options.is_given(name) && !has_modem()) return concat(name, " is for a modem: --link ", kForm);
  }
  if (std::string wrong = take_secret("--pin", pin_); !wrong.empty()) return wrong;
  if (std::string wrong = take_secret("--apn-password", password_); !wrong.empty()) return wrong;
  // By the environment, so that they stand in no list of processes and no shell's history.
  take_environment("LINNET_PIN", pin_);
  take_environment("LINNET_APN_PASSWORD", password_);
  if (!modem::validate({.apn = apn_}))
    return "--apn: up to 100 characters of ASCII, no quotes, no control characters";
  if (!modem::validate({.user = user_}))
    return "--apn-user: up to 64 characters of ASCII, no quotes, no control characters";
  if (!modem::validate({.password = password_}))
    return "--apn-password: up to 64 characters of ASCII, no quotes, no control characters";
  if (!modem::validate({.pin = pin_})) return "--pin: 4 to 8 digits";
  if (user_.empty() && options.is_given("--apn-password")) return "--apn-password wants --apn-user too";
  return {};
}

bool LinkOptions::has_modem() const noexcept {
  return std::ranges::any_of(choices_, &LinkChoice::is_modem);
}

modem::Config LinkOptions::modem_config(const LinkChoice& choice) const noexcept {
  return {.apn = apn_,
          .user = user_,
          .password = password_,
          .pin = pin_,
          .mode = choice.mode,
          .baud = choice.baud,
          .flow_control = choice.flow_control};
}

}  // namespace linnet::tools
