// SPDX-License-Identifier: Apache-2.0
// What `linnet connect` writes to stdout, in its three formats. Messages are not copied but for jsonl, whose
// buffer grows with the longest message: six times its size where every character needs an escape.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "linnet/base/time.hpp"
#include "linnet/codec/json.hpp"
#include "linnet/net/security.hpp"
#include "linnet/ws/event.hpp"
#include "tools/client/standard_output.hpp"

namespace linnet::tools {

enum class Format : std::uint8_t {
  text,   // a text message and a newline; a binary one as "binary N bytes"
  jsonl,  // one JSON object an event
  raw,    // the bytes of messages and nothing else
};

class EventReport {
 public:
  /// `output` is borrowed.
  EventReport(Format format, StandardOutput& output) noexcept : format_{format}, output_{&output} {}

  /// `url` without secrets. `security`: null, or of a connection over TLS.
  void opened(std::string_view url, std::string_view subprotocol, std::string_view link,
              const net::SecurityReport* security);
  void message(ws::MessageType type, Bytes payload);
  void ping();
  /// Zero: nobody had asked for this one.
  void pong(Duration round_trip);
  void closed(ws::CloseCode code, std::string_view reason, bool clean);
  void error(std::string_view what);
  /// `attempt` is the coming one, counted from the last time that it was open.
  void reconnect(std::uint64_t attempt, Duration pause, std::string_view why);

 private:
  template <typename Fill>
  void object(std::size_t size, Fill fill);
  void print(std::string_view line);
  MutableBytes room(std::unique_ptr<std::byte[]>& buffer, std::size_t& have, std::size_t size);

  Format format_;
  StandardOutput* output_;
  std::unique_ptr<std::byte[]> json_;
  std::size_t json_size_ = 0;
  std::unique_ptr<std::byte[]> base64_;
  std::size_t base64_size_ = 0;
};

}  // namespace linnet::tools
