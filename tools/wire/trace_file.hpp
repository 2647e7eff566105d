// SPDX-License-Identifier: Apache-2.0
// The record that --trace makes: a JSON object a line,
//   {"t":0.001234,"layer":"tcp","dir":"out","data_base64":"…"}      bytes that crossed a layer
//   {"t":0.000120,"layer":"session","note":"connecting"}            anything else
// with `t` in seconds since the beginning. Secrets in HTTP heads are covered while it is written, so that the
// file may be shown to others; for that the bytes of a head are held back until their line is whole.
#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/trace.hpp"
#include "tools/wire/secrets.hpp"

namespace linnet::tools {

class TraceFile final : public Trace {
 public:
  /// Bytes in one line of the file; longer pieces become several. A multiple of three, so that no padding is
  /// inside of what was one piece.
  static constexpr std::size_t kMostBytes = 49'152;
  /// A head's line that is longer is covered as a whole.
  static constexpr std::size_t kLongestLine = 65'536;

  /// Begins at `now`; replaces what `name` held. Not is_open(): errno says why.
  TraceFile(const std::string& name, Instant now);
  ~TraceFile();

  bool is_open() const noexcept { return file_ != nullptr; }

  void bytes(Instant now, std::string_view layer, Direction direction, Bytes data) override;
  /// A note "connecting" begins a new conversation, whose bytes begin with a head again. A note "closed" ends
  /// that of its layer, for a server, whose connections are layers of their own: "tcp#1", "tcp#2".
  void note(Instant now, std::string_view layer, std::string_view text) override;

 private:
  /// One direction of one layer.
  struct Side {
    enum class State : std::uint8_t { begin, head, overlong_line, passing };
    std::string layer;
    Direction direction{};
    State state = State::begin;
    bool interim = false;  // the head is a response's with status 1xx: another head follows
    bool first_line = true;
    bool again = true;  // the head is a request's without a body or an upgrade: another head follows
    std::string held;   // the head's line so far
    HeadMask mask;
  };

  Side& side(std::string_view layer, Direction direction);
  std::size_t take_head(Side& side, Bytes data, std::string& shown);
  void end_line(Side& side, std::string& shown);
  void release(Side& side, Instant now);
  void write_bytes(Instant now, const Side& side, Bytes data);
  std::string_view stamp(Instant now);
  void write_line(std::string_view line);

  std::FILE* file_;
  Instant begin_;
  Instant last_{};  // of the last record
  std::vector<Side> sides_;
  std::array<char, 24> stamp_;
  std::vector<std::byte> base64_;
  std::vector<char> line_;
};

}  // namespace linnet::tools
