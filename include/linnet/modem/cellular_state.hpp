// SPDX-License-Identifier: Apache-2.0
// What a Cellular remembers of the work that is under way: the command on the line, bring-up and recovery,
// the traffic of its sockets. Its own only; here so that cellular.hpp stays a page.
#pragma once

#include <cstdint>

#include "linnet/base/time.hpp"
#include "linnet/modem/event.hpp"

namespace linnet::modem::detail {

struct CellularState {
  // What the command line is used for. One command at a time: "wait for the final result" (manual, 1.5.2.5).
  enum class Task : std::uint8_t {
    none,
    step,
    probe,
    open,
    send,
    read,
    close,
    query_links,
    signal,
    clock,
    resume
  };
  enum class SyncPhase : std::uint8_t { probe, guard, plus, hang_up, fill, settle };
  enum class DataPhase : std::uint8_t { off, flowing, quiet, plus, answer };
  struct Job {
    Task task = Task::none;
    std::uint8_t link = 0;
  };
  static constexpr std::uint8_t kNoLink = 0xFF;
  static constexpr std::int16_t kNoResult = -1000;
  static constexpr std::int16_t kAlreadyOpen = -999;
  static constexpr std::uint8_t kUnknownTail = 0xFF;

  // The command under way.
  Instant command_due_ = kNever;
  Duration command_timeout_{};
  std::uint16_t command_size_ = 0;  // of command_, also of what was sent of it, for its echo
  std::uint16_t command_sent_ = 0;
  std::uint16_t transfer_size_ = 0;  // bytes of this AT+CIPSEND or +CIPRXGET
  std::uint16_t payload_left_ = 0;   // of an AT+CIPSEND, to be sent
  std::int16_t result_ = kNoResult;  // of a two-phase step, or the error of a command
  std::uint8_t task_link_ = 0;
  Task task_ = Task::none;
  bool is_command_out_ = false;  // all of it has left; its time runs
  bool awaits_prompt_ = false;
  bool has_header_ = false;  // of a read
  bool is_read_bad_ = false;
  bool had_line_ = false;     // behind a read's payload
  bool is_final_in_ = false;  // of a two-phase step
  bool output_is_secret_ = false;
  std::uint8_t tail_lines_ = kUnknownTail;  // blank lines behind a payload, as this firmware prints them

  // Bring-up and recovery.
  Instant retry_at_{};
  Instant step_started_{};
  Instant denied_since_ = kNever;
  Instant service_lost_ = kNever;
  Instant up_since_ = kNever;
  Instant data_moved_at_{};
  Duration pause_{};
  Step step_ = Step::sync;
  Rung rung_ = Rung::none;
  SyncPhase sync_phase_ = SyncPhase::probe;
  std::uint8_t sync_pass_ = 0;
  std::uint8_t sync_speed_ = 0;
  std::uint8_t sync_tries_ = 0;
  std::uint8_t unanswered_ = 0;
  std::uint8_t attempts_ = 0;
  std::uint8_t boots_in_a_row_ = 0;
  std::uint8_t probes_left_ = 0;
  std::uint8_t failed_opens_ = 0;
  std::uint8_t power_phase_ = 0;
  std::uint8_t events_ = 0;  // a bit for each Event::Kind that has not been told
  char sim_ = 0;             // the first letters of +CPIN: see answers.cpp
  bool has_begun_ = false;
  bool is_echo_off_ = false;
  bool is_radio_on_ = true;
  bool pin_was_sent_ = false;
  bool apn_is_set_ = false;
  bool apn_was_written_ = false;
  bool credentials_are_set_ = false;
  bool asks_signal_ = false;  // while waiting for registration: every other question
  bool baud_was_changed_ = false;
  bool wants_restart_ = false;
  bool wants_signal_ = false;
  bool wants_time_ = false;
  bool port_has_failed_ = false;
  bool carrier_lost_ = false;

  // Traffic.
  Instant poll_due_ = kNever;  // of the slow look for data whose notice was lost
  Duration poll_interval_{};
  std::uint8_t polls_ = 0;
  std::uint8_t next_link_ = 0;  // whose turn it is
  bool read_was_last_ = false;
  DataPhase data_phase_ = DataPhase::off;
  Instant data_due_ = kNever;
  Instant escape_out_at_{};
  bool escapes_by_dtr_ = false;
  bool is_dtr_deaf_ = false;      // it is not wired after all: +++ from now on
  bool links_are_asked_ = false;  // after an escape: is the connection still there?
  bool network_is_lost_ = false;  // the rung is taken when no command is under way
};

}  // namespace linnet::modem::detail
