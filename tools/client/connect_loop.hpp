// SPDX-License-Identifier: Apache-2.0
// What `linnet connect` does once its options are understood: one session, fed from arguments and standard
// input, reported to standard output.
// Memory: twice the longest message, taken from the system as it is touched.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linnet/session/session.hpp"
#include "linnet/ws/message.hpp"
#include "port/linux/entropy.hpp"
#include "port/linux/input.hpp"
#include "port/linux/signals.hpp"
#include "tools/client/client_options.hpp"
#include "tools/client/event_report.hpp"
#include "tools/client/line_source.hpp"
#include "tools/client/links.hpp"
#include "tools/client/standard_output.hpp"

namespace linnet::tools {

struct Outgoing {
  ws::MessageType type{};
  std::string bytes;
};

/// What is to be done in the conversation.
struct ConnectTask {
  std::vector<Outgoing> messages;        // to send, in order
  bool echo = false;                     // send each message back
  bool lines = false;                    // send the lines of standard input
  std::optional<std::uint64_t> receive;  // close after so many messages
  std::uint64_t max_message = 0;         // bytes, in either direction
  Format format = Format::text;
  bool reconnect = false;
  std::optional<std::uint64_t> max_attempts;  // in a row that failed
};

class ConnectLoop {
 public:
  /// All three are borrowed. `trace`: null, or what hears of every byte.
  ConnectLoop(const ClientOptions& options, const ConnectTask& task, port::linux::Poller& poller,
              Trace* trace);

  /// To its end; the exit status. The last line of stderr says what failed.
  int run();

 private:
  void handle(const session::Event& event);
  void begin();
  void take_opened(const session::Event& event);
  void take_data(const session::Event& event);
  void take_message(const ws::Event& message);
  void take_outage(const session::Event& event);
  void take_end(ws::Event event);
  void report_close(const ws::Event& event);
  void advance(bool idle);
  void feed(bool idle);
  void feed_lines(bool idle);
  void answer();
  bool send(ws::MessageType type, Bytes payload);
  void close(ws::CloseCode code);
  void watch_progress();
  void give_up(std::string why);
  Instant next_deadline() noexcept;
  bool is_sent() const noexcept;
  bool is_received() const noexcept { return task_->receive && received_ >= *task_->receive; }
  std::string what_is_missing(const ws::Event& end) const;
  std::string explain_end() const;

  const ClientOptions* options_;
  const ConnectTask* task_;
  port::linux::Poller* poller_;
  port::linux::Signals signals_;
  Links links_;
  port::linux::Entropy entropy_;
  StandardOutput output_;
  EventReport report_;
  std::size_t output_size_;
  std::unique_ptr<std::byte[]> memory_;
  ws::Assembler assembler_;
  session::Session session_;
  port::linux::Input input_;
  LineSource lines_;

  std::string url_;       // where it is connected to, after redirects
  std::string reason_;    // of the peer's close frame
  std::string failure_;   // why it was given up, in words
  std::size_t next_ = 0;  // of task_->messages
  std::uint64_t received_ = 0;
  std::optional<ws::Event> unanswered_;     // an echo that found no room; the session is held
  std::size_t unsent_ = 0;                  // when last looked
  Instant progress_ = kNever;               // when bytes moved last
  std::optional<ws::CloseCode> peer_code_;  // of its close frame
  Instant patience_ = kNever;               // until when the end is awaited
  Instant now_{};
  bool opened_ = false;       // this time
  bool ended_ = false;        // for good, and told
  bool closing_ = false;      // we asked for it
  bool interrupted_ = false;  // by a signal
};

}  // namespace linnet::tools
