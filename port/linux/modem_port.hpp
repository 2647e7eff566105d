// SPDX-License-Identifier: Apache-2.0
// What a modem hangs on, as a ModemLink's Port: a serial device with its lines, or a TCP connection to a
// serial server, which has bytes only.
//
//   Serial serial{poller, nullptr};
//   SerialPort port{serial, "/dev/ttyUSB2", {}};
//   cellular::ModemLink link{"modem:/dev/ttyUSB2", serial, poller, {.apn = "iot.example",
//                            .port = port.features()}, storage, &port};
#pragma once

#include <string>

#include "linnet/cellular/link.hpp"
#include "port/bsd/tcp_stream.hpp"
#include "port/linux/serial.hpp"

namespace linnet::port::linux {

class SerialPort final : public cellular::Port {
 public:
  /// What is wired to the modem beside RX and TX. The system cannot know.
  struct Wiring {
    bool dtr = false;
    bool dcd = false;
  };

  /// `serial` is borrowed, `path` copied. `baud`: at the start.
  SerialPort(Serial& serial, std::string path, Wiring wiring, std::uint32_t baud = 115200)
      : serial_{serial}, path_{std::move(path)}, wiring_{wiring}, baud_{baud} {}

  modem::PortFeatures features() const noexcept {
    return {.baud = true, .dtr = wiring_.dtr, .carrier = wiring_.dcd};
  }

  Result<void> open(Instant now) override;
  void apply(const modem::Lines& lines) noexcept override;
  bool has_lost_bytes() noexcept override;
  /// True where nobody knows.
  bool carrier() noexcept override { return !wiring_.dcd || serial_.dcd().value_or(true); }

 private:
  Serial& serial_;
  std::string path_;
  Wiring wiring_;
  std::uint32_t baud_;
  std::uint64_t damaged_ = 0;  // when last asked
};

/// The server has set the line's speed and its flow control; nobody tells it to change them.
class NetworkPort final : public cellular::Port {
 public:
  /// `stream` is borrowed, `host` copied.
  NetworkPort(TcpStream& stream, std::string host, std::uint16_t port)
      : stream_{stream}, host_{std::move(host)}, port_{port} {}

  Result<void> open(Instant now) override;
  void apply(const modem::Lines& /*lines*/) noexcept override {}

 private:
  TcpStream& stream_;
  std::string host_;
  std::uint16_t port_;
};

}  // namespace linnet::port::linux
