// SPDX-License-Identifier: Apache-2.0
#include "tools/client/modem_report.hpp"

#include <cstring>

#include "tools/cli/log.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

/// ", NAME VALUE", where there is one.
std::string part(std::string_view name, std::string_view value) {
  return value.empty() ? std::string{} : concat(", ", name, printable(value, value.size()));
}

std::string registered(const modem::Status& status) {
  std::string text = status.registration == 5 ? "registered, roaming" : "registered";
  text += part("", status.technology.text()) + part("operator ", status.operator_name.text()) +
          part("cell ", status.cell.text());
  return text + (status.rssi_dbm != 0 ? concat(", signal ", status.rssi_dbm, " dBm") : ", signal not known");
}

std::string sentence(const modem::Failure& failure) {
  std::string text = concat(describe(failure.step), ": ", describe(failure.cause));
  if (!failure.answer.empty()) text += concat("; the modem said: ", printable(failure.answer.text(), 80));
  if (const auto what = remedy(failure.cause); !what.empty()) text += concat("; ", what);
  return text;
}

std::string describe_port(const Error& error) {
  switch (error.code) {
    case Errc::host_not_found: return "it is not there: is the modem plugged in, is the name right?";
    case Errc::permission_denied:
      return "access is not permitted: on Debian the group `dialout` may use serial devices";
    case Errc::address_in_use: return "another program uses it";
    case Errc::invalid_argument: return "this is no serial device";
    case Errc::end_of_stream: return "it has gone: was the modem pulled out, the serial server stopped?";
    case Errc::connection_refused: return "connection refused: does a serial server listen there?";
    default: break;
  }
  std::string words{describe(error.code)};
  if (error.code != Errc::io_failure || error.detail == 0) return words;
  return concat(words, ": ", std::strerror(error.detail));
}

}  // namespace

void report(const modem::Event& event, const cellular::ModemLink& link) {
  using Kind = modem::Event::Kind;
  const modem::Cellular& modem = link.modem();
  const modem::Status& status = modem.status();
  const std::string_view name = link.name();
  switch (event.kind) {
    case Kind::powered:
      log::info(name, ": the modem answers",
                part("", status.model.empty() ? "no model given" : status.model.text()),
                part("firmware ", status.firmware.text()), ", ", modem.lines().baud, " baud");
      break;
    case Kind::sim_ready: log::info(name, ": SIM card ready"); break;
    case Kind::registered: log::info(name, ": ", registered(status)); break;
    case Kind::network_up: log::info(name, ": network up", part("address ", status.address.text())); break;
    case Kind::network_down: log::warn(name, ": network down; its connections have ended"); break;
    case Kind::recovering:
      log::warn(name, ": ", sentence(modem.failure()), "; now ", describe(modem.rung()));
      break;
    case Kind::failed: log::warn(name, ": ", sentence(modem.failure())); break;
    case Kind::time_known: break;  // nobody here asks: this computer has a clock
  }
}

void report_port(const cellular::ModemLink& link) {
  if (link.port_error()) {
    log::warn(link.name(), ": ", describe_port(*link.port_error()));
  } else {
    log::info(link.name(), ": it is there again");
  }
}

std::string describe_trouble(const cellular::ModemLink& link) {
  if (link.port_error()) return concat(link.name(), ": ", describe_port(*link.port_error()));
  if (link.modem().is_up()) return {};
  return concat(link.name(), ": ", sentence(link.modem().diagnosis()));
}

}  // namespace linnet::tools
