// SPDX-License-Identifier: Apache-2.0
// The driver of a SIM7670G and its family: from a silent serial line to TCP connections, and back there after
// whatever happens. Bytes in, events out, bytes out, deadline out; the lines of the port are output as well:
//
//   1. cellular.receive(bytes from the port)
//   2. while (auto event = cellular.poll(now)) show(*event);
//   3. write cellular.output(); cellular.sent(n); make the port's lines as cellular.lines() says
//   4. sleep until bytes arrive, the port takes more, or cellular.deadline()
//
// It begins by itself. It never gives up, but for what its owner must mend (a wrong PIN): see failure().
// Memory: about 500 bytes beside its Sockets and Buffers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "linnet/base/error.hpp"
#include "linnet/base/time.hpp"
#include "linnet/modem/at.hpp"
#include "linnet/modem/cellular_state.hpp"
#include "linnet/modem/config.hpp"
#include "linnet/modem/data_filter.hpp"
#include "linnet/modem/event.hpp"
#include "linnet/modem/socket.hpp"

namespace linnet::modem {

/// What the port is to look like now.
struct Lines {
  std::uint32_t baud = 0;
  bool flow_control = false;
  bool dtr = true;         // on
  bool power_key = false;  // pressed
  friend bool operator==(const Lines&, const Lines&) = default;
};

/// What is to be sent, in order.
struct Output {
  std::array<Bytes, 2> parts{};
  std::size_t size() const noexcept { return parts[0].size() + parts[1].size(); }
};

class Cellular : private detail::CellularState {
 public:
  /// `config` is copied, its texts and all else borrowed. What validate(config) refuses is never sent: the
  /// first poll() then fails.
  Cellular(const Config& config, std::span<Socket> sockets, const Buffers& buffers) noexcept;
  Cellular(const Cellular&) = delete;
  Cellular& operator=(const Cellular&) = delete;

  /// Borrows bytes of the port until poll() has returned nothing, and longer while !wants_input(): then a
  /// connection's buffer is full, and the port is to hold the modem back.
  void receive(Bytes input) noexcept { reader_.receive(input); }
  bool wants_input() const noexcept { return reader_.wants_input(); }
  std::optional<Event> poll(Instant now) noexcept;

  /// Borrowed until the next call of anything but output().
  Output output() const noexcept;
  void sent(std::size_t size) noexcept;
  /// What output() holds is not for logs: a PIN, a password.
  bool is_secret() const noexcept { return output_is_secret_; }
  /// It holds what a connection sends, and no command.
  bool is_payload() const noexcept { return command_sent_ >= command_size_; }
  /// So many of the bytes that come next are a connection's and no answer; all, in transparent mode.
  std::size_t payload_expected() const noexcept {
    return reader_.takes_data() ? SIZE_MAX : reader_.payload_left();
  }
  Instant deadline() const noexcept;

  const Lines& lines() const noexcept { return lines_; }
  /// Where the port has them: the modem's DCD line has changed.
  void carrier_changed(bool on) noexcept { carrier_lost_ = !on; }
  /// Bytes were lost: an overrun, a framing or parity error, or the port itself was opened again. Connections
  /// end, since what they carried may have a hole, and bring-up begins again.
  void port_failed() noexcept { port_has_failed_ = true; }

  /// Opens a connection as soon as the network is up. The socket is its user's until close(). too_many: all
  /// are in use, of this object or of the modem; invalid_argument: no name of a host.
  Result<Socket*> open(std::string_view host, std::uint16_t port) noexcept;

  bool is_up() const noexcept { return step_ == Step::up; }
  Step step() const noexcept { return step_; }
  const Dialect& dialect() const noexcept { return *dialect_; }
  const Status& status() const noexcept { return status_; }
  const Counters& counters() const noexcept { return counters_; }
  Rung rung() const noexcept { return rung_; }
  /// The last one; `cause` is none before the first, and again when the network is up.
  const Failure& failure() const noexcept { return failure_; }
  /// What stands in the way now, were it to be told: for an owner whose patience ends before ours.
  Failure diagnosis() const noexcept;
  /// Asks for the signal; status() has it a moment later. In transparent mode this interrupts the data for
  /// more than two seconds.
  void measure_signal() noexcept { wants_signal_ = true; }
  /// Asks what time it is, for who has no other clock: the event `time_known` follows once the network is up
  /// and has told the modem, and nothing where it has not. It interrupts as measure_signal() does.
  void ask_time() noexcept { wants_time_ = true; }
  /// From the beginning: after `failed`, or at any time.
  void restart() noexcept { wants_restart_ = true; }

 private:
  struct Topics;  // answers and URCs by how they begin: dispatch.cpp

  // dispatch.cpp: what the modem says
  void on_token(const AtToken& token) noexcept;
  void on_line(std::string_view line) noexcept;
  void on_prompt() noexcept;
  void on_payload(Bytes piece) noexcept;
  void on_final(const Final& final) noexcept;
  bool is_echo(std::string_view line) const noexcept;
  void on_socket_open(std::string_view rest) noexcept;
  void on_confirmation(std::string_view rest) noexcept;
  void on_send_error(std::string_view rest) noexcept;
  void on_receive(std::string_view rest) noexcept;
  void on_socket_close(std::string_view rest) noexcept;
  void on_peer_close(std::string_view rest) noexcept;
  void on_network_lost(std::string_view rest) noexcept;
  // answers.cpp: of bring-up
  void on_ip_error(std::string_view rest) noexcept;
  void on_model(std::string_view rest) noexcept;
  void on_revision(std::string_view rest) noexcept;
  void on_radio(std::string_view rest) noexcept;
  void on_sim(std::string_view rest) noexcept;
  void on_registration(std::string_view rest) noexcept;
  void on_signal(std::string_view rest) noexcept;
  void on_operator(std::string_view rest) noexcept;
  void on_cell(std::string_view rest) noexcept;
  void on_apn(std::string_view rest) noexcept;
  void on_credentials(std::string_view rest) noexcept;
  void on_network_result(std::string_view rest) noexcept;
  void on_address(std::string_view rest) noexcept;
  void on_clock(std::string_view rest) noexcept;

  // cellular.cpp: the command line, time, events
  void send_command(Task task, std::uint8_t link, const TextWriter& text, Duration timeout) noexcept;
  void send_text(Task task, std::string_view text, Duration timeout) noexcept;
  void end_task() noexcept { task_ = Task::none; }
  void begin_what_was_asked() noexcept;
  void work() noexcept;
  void check_command_time() noexcept;
  void on_late_answer() noexcept;
  void raise(Event::Kind kind) noexcept {
    events_ |= static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind));
  }
  Socket* socket_at(std::int32_t link) noexcept;

  // sync.cpp: finding the modem
  void start_sync() noexcept;
  void run_sync() noexcept;
  void next_sync_speed() noexcept;
  std::uint32_t sync_speed() const noexcept;
  std::uint8_t sync_speeds() const noexcept;
  void on_sync_final(const Final& final) noexcept;
  void on_boot() noexcept;

  // bring_up.cpp: step by step
  void go_to(Step step) noexcept;
  void next_step() noexcept;
  bool is_needed(Step step) const noexcept;
  void run_step() noexcept;
  void compose(Step step, TextWriter& text) const noexcept;
  void on_step_final(const Final& final) noexcept;
  void on_sim_final() noexcept;
  void on_registration_final() noexcept;
  void finish_two_phase() noexcept;
  void wait_for(Duration time) noexcept { retry_at_ = now_ + time; }
  bool waited(Duration time) const noexcept { return now_ >= step_started_ + time; }

  // recovery.cpp: when it does not work
  void fail_step(Cause cause, bool hopeless = false) noexcept;
  void climb(Rung least) noexcept;
  void take_rung() noexcept;
  void give_up_for_now() noexcept;
  void check_health() noexcept;
  void run_power_key() noexcept;
  void on_late_step() noexcept;
  void leave_network(Error why) noexcept;
  void fail_queued(Error why) noexcept;
  void resynchronise() noexcept { probes_left_ = 3; }
  void kill(Socket& socket, Error why) noexcept;

  // traffic.cpp: commands for the sockets
  Job next_job() const noexcept;
  Job next_transfer() const noexcept;
  bool can_send(const Socket& socket) const noexcept;
  bool can_read(const Socket& socket) const noexcept;
  bool can_close(const Socket& socket) const noexcept;
  void start(Job job) noexcept;
  void start_open(Socket& socket, std::uint8_t link) noexcept;
  void start_send(Socket& socket, std::uint8_t link) noexcept;
  void start_read(Socket& socket, std::uint8_t link) noexcept;
  void check_sockets() noexcept;
  void on_opening(Socket& socket) noexcept;
  void on_open_final(Socket& socket, const Final& final) noexcept;
  void on_send_final(Socket& socket, const Final& final) noexcept;
  void on_read_final(Socket& socket, const Final& final) noexcept;
  void on_probe_final(const Final& final) noexcept;
  void on_close_final(Socket& socket, const Final& final) noexcept;
  void peer_has_closed(Socket& socket, Error why) noexcept;
  void link_is_open(Socket& socket) noexcept;
  void link_is_free(Socket& socket) noexcept;
  void link_failed_to_open(Socket& socket, std::int32_t code) noexcept;
  void data_moved() noexcept;
  std::uint8_t usable_links() const noexcept;

  // data_mode.cpp: transparent mode
  std::size_t data_room() const noexcept;
  void enter_data() noexcept;
  void on_resumed(Socket& socket, const Final& final) noexcept;
  bool wants_escape() const noexcept;
  void run_data() noexcept;
  Instant data_deadline() const noexcept;
  void begin_escape() noexcept;
  void on_escaped(bool answered) noexcept;

  Config config_;
  std::span<Socket> sockets_;
  MutableBytes command_;
  AtReader reader_;
  DataFilter filter_;
  const Dialect* dialect_;
  Status status_{};
  Failure failure_{};
  Counters counters_{};
  std::string_view line_{};  // that a handler of Topics looks at
  Label<40> answer_{};       // what the modem said last about the step under way
  Lines lines_{};
  Instant now_{};
};

}  // namespace linnet::modem
