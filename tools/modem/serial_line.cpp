// SPDX-License-Identifier: Apache-2.0
// When each byte is across.
#include "tools/modem/serial_line.hpp"

#include <algorithm>

namespace linnet::emulator {

SerialLine::SerialLine(const Settings& settings, Instant now) noexcept
    : settings_{settings},
      noise_{settings.seed ^ 0x6E6F697365u},
      cuts_{settings.seed ^ 0x63757473u},
      in_free_{nanoseconds(now)},
      out_free_{nanoseconds(now)} {}

SerialLine::Nanoseconds SerialLine::byte_time() const noexcept {
  const std::uint32_t bits_a_second = settings_.pace.value_or(rate_);
  return bits_a_second == 0 ? 0 : Nanoseconds{10'000'000'000} / bits_a_second;
}

bool SerialLine::garbles() const noexcept {
  return settings_.checks_baud && host_rate_ != 0 && host_rate_ != rate_;
}

void SerialLine::put(Bytes bytes, Instant now) {
  for (const std::byte value : bytes) {
    ++bytes_in_;
    in_free_ = std::max(in_free_, nanoseconds(now)) + byte_time();
    // At the wrong speed a UART sees framing errors and bytes that nobody sent.
    in_.push_back(
        {instant(in_free_), garbles() ? static_cast<std::byte>(0x80 | noise_.between(0, 0x7f)) : value});
  }
}

Instant SerialLine::worth_waking() const noexcept {
  if (in_.empty()) return kNever;
  const auto line_end = std::ranges::find(in_, std::byte{'\r'}, &Arrival::value);
  return line_end == in_.end() ? in_.back().at : line_end->at;
}

std::byte SerialLine::take() noexcept {
  const std::byte value = in_.front().value;
  in_.pop_front();
  return value;
}

std::string SerialLine::damaged(Bytes bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::byte value : bytes) {
    if (to_drop_ > 0) {
      --to_drop_;
      continue;
    }
    ++bytes_said_;
    for (auto due = std::ranges::count(flips_, bytes_said_); due > 0; --due) {
      value ^= static_cast<std::byte>(1u << noise_.between(0, 7));
    }
    std::erase(flips_, bytes_said_);
    if (garbles()) value = static_cast<std::byte>(0x80 | noise_.between(0, 0x7f));
    text.push_back(static_cast<char>(value));
  }
  return text;
}

std::size_t SerialLine::next_piece() {
  if (settings_.chunk_least > 0) return cuts_.between(settings_.chunk_least, settings_.chunk_most);
  // A millisecond's worth: fine enough to be a wire, coarse enough not to wake the program for each byte.
  const Nanoseconds time = byte_time();
  return time == 0 ? kOut : static_cast<std::size_t>(std::max<Nanoseconds>(1, 1'000'000 / time));
}

void SerialLine::say(Bytes bytes, Instant now) {
  if (muted_) return;
  const std::string text = damaged(bytes);
  if (backlog_ + text.size() > kOut) {  // nobody reads, and nobody ever will
    overruns_ += text.size();
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::min(text.size() - at, next_piece());
    // Pieces are to arrive as pieces also where the wire takes no time.
    const Nanoseconds apart = settings_.chunk_least > 0 && byte_time() == 0 ? 100'000 : 0;
    out_free_ = std::max(out_free_, nanoseconds(now)) + static_cast<Nanoseconds>(size) * byte_time() + apart;
    out_.push_back({instant(out_free_), text.substr(at, size)});
    at += size;
  }
  backlog_ += text.size();
}

Bytes SerialLine::output(Instant now) const noexcept {
  if (out_.empty() || out_.front().ready > now) return {};
  return as_bytes(std::string_view{out_.front().bytes}.substr(out_.front().sent));
}

void SerialLine::sent(std::size_t count) noexcept {
  bytes_out_ += count;
  backlog_ -= count;
  out_.front().sent += count;
  if (out_.front().sent == out_.front().bytes.size()) out_.pop_front();
}

void SerialLine::stand_still(Duration duration, Instant now) noexcept {
  out_free_ = std::max(out_free_, nanoseconds(now)) + duration.count() * 1000;
}

void SerialLine::cut(Instant now) noexcept {
  while (!out_.empty() && out_.back().ready > now) {
    backlog_ -= out_.back().bytes.size() - out_.back().sent;
    out_.pop_back();
  }
  in_.clear();
  out_free_ = std::min(out_free_, nanoseconds(now));
  in_free_ = std::min(in_free_, nanoseconds(now));
}

}  // namespace linnet::emulator
