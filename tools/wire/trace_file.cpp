// SPDX-License-Identifier: Apache-2.0
#include "tools/wire/trace_file.hpp"

#include <algorithm>
#include <cinttypes>
#include <span>

#include "linnet/codec/digest.hpp"
#include "linnet/codec/http1_field.hpp"
#include "linnet/codec/json.hpp"

namespace linnet::tools {

TraceFile::TraceFile(const std::string& name, Instant now)
    : file_{std::fopen(name.c_str(), "we")},
      begin_{now},
      base64_(codec::base64_size(kMostBytes)),
      line_(codec::base64_size(kMostBytes) + 512) {
  if (file_ != nullptr) note(now, "trace", "begin, version 1");
}

TraceFile::~TraceFile() {
  if (file_ == nullptr) return;
  for (Side& one : sides_) release(one, last_);
  std::fclose(file_);
}

TraceFile::Side& TraceFile::side(std::string_view layer, Direction direction) {
  for (Side& one : sides_) {
    if (one.layer == layer && one.direction == direction) return one;
  }
  Side& added = sides_.emplace_back();
  added.layer = layer;
  added.direction = direction;
  return added;
}

void TraceFile::bytes(Instant now, std::string_view layer, Direction direction, Bytes data) {
  if (file_ == nullptr || data.empty()) return;
  last_ = now;
  Side& one = side(layer, direction);
  if (one.state == Side::State::begin) {
    // Every request begins with a method, every response with "HTTP"; TLS, AT commands and frames do not
    // begin with a letter that is followed by another.
    const auto first = std::to_integer<char>(data.front());
    const std::string_view kind = layer.substr(0, layer.find('#'));
    const bool http = (kind == "tcp" || kind == "tls") && first >= 'A' && first <= 'Z';
    one.state = http ? Side::State::head : Side::State::passing;
  }
  std::string shown;
  if (one.state != Side::State::passing) data = data.subspan(take_head(one, data, shown));
  write_bytes(now, one, as_bytes(shown));
  write_bytes(now, one, data);
}

/// Takes what belongs to the head and puts what may be shown into `shown`; returns how much it took.
std::size_t TraceFile::take_head(Side& side, Bytes data, std::string& shown) {
  std::size_t taken = 0;
  while (taken < data.size() && side.state != Side::State::passing) {
    const Bytes rest = data.subspan(taken);
    const auto* const end = std::find(rest.begin(), rest.end(), std::byte{'\n'}).base();
    const bool whole = end != rest.data() + rest.size();
    const std::string_view piece =
        as_text(rest.first(static_cast<std::size_t>(end - rest.data()) + (whole ? 1 : 0)));
    taken += piece.size();
    if (side.state == Side::State::overlong_line) {
      shown.append(piece.size() - (whole ? 1 : 0), '*');
      if (whole) shown += '\n';
    } else {
      side.held += piece;
    }
    if (whole) {
      end_line(side, shown);
    } else if (side.held.size() > kLongestLine) {
      shown.append(side.held.size(), '*');
      side.held.clear();
      side.state = Side::State::overlong_line;
    }
  }
  return taken;
}

void TraceFile::end_line(Side& side, std::string& shown) {
  if (side.state == Side::State::overlong_line) {
    side.state = Side::State::head;
    return;
  }
  const bool empty = side.held == "\r\n" || side.held == "\n";
  if (side.first_line) {
    // "1xx (Informational)" is followed by the answer proper; 101 by another protocol.
    side.interim = side.held.starts_with("HTTP/1.1 1") && !side.held.starts_with("HTTP/1.1 101");
    side.again = !side.held.starts_with("HTTP/");
  }
  side.first_line = false;
  for (const std::string_view name : {"Upgrade:", "Content-Length:", "Transfer-Encoding:"}) {
    if (http1::equal_ignoring_case(std::string_view{side.held}.substr(0, name.size()), name))
      side.again = false;
  }
  side.mask.apply(side.held);
  shown += side.held;
  side.held.clear();
  if (!empty) return;
  side.mask.restart();
  side.first_line = true;
  if (!side.interim && !side.again) side.state = Side::State::passing;
}

/// Writes what was held of a line that will not become whole.
void TraceFile::release(Side& side, Instant now) {
  side.mask.apply(side.held);
  write_bytes(now, side, as_bytes(side.held));
  side.held.clear();
  side.mask.restart();
  side.state = Side::State::begin;
  side.first_line = true;
}

void TraceFile::write_bytes(Instant now, const Side& side, Bytes data) {
  while (!data.empty()) {
    const Bytes piece = data.first(std::min(data.size(), kMostBytes));
    data = data.subspan(piece.size());
    json::Writer writer{std::span<char>{line_}};
    writer.begin_object().key("t").raw(stamp(now)).member("layer", std::string_view{side.layer});
    writer.member("dir", side.direction == Direction::in ? "in" : "out");
    writer.member("data_base64", codec::base64_encode(piece, base64_).value_or(std::string_view{}));
    if (const auto line = writer.end_object().finish()) write_line(*line);
  }
}

void TraceFile::note(Instant now, std::string_view layer, std::string_view text) {
  if (file_ == nullptr) return;
  last_ = now;
  if (text == "connecting") {
    for (Side& one : sides_) release(one, now);
  } else if (text == "closed") {
    for (Side& one : sides_) {
      if (one.layer == layer) release(one, now);
    }
    std::erase_if(sides_, [layer](const Side& one) { return one.layer == layer; });
  }
  json::Writer writer{std::span<char>{line_}};
  writer.begin_object().key("t").raw(stamp(now)).member("layer", layer).member("note", text);
  if (const auto line = writer.end_object().finish()) write_line(*line);
}

/// Seconds with six decimals.
std::string_view TraceFile::stamp(Instant now) {
  const std::int64_t micros = std::max<std::int64_t>((now - begin_).count(), 0);
  const int size = std::snprintf(stamp_.data(), stamp_.size(), "%" PRId64 ".%06d", micros / 1'000'000,
                                 static_cast<int>(micros % 1'000'000));
  return {stamp_.data(), static_cast<std::size_t>(size)};
}

/// Flushed at once: a trace is wanted most where the program did not come to its end.
void TraceFile::write_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), file_);
  std::fputc('\n', file_);
  std::fflush(file_);
}

}  // namespace linnet::tools
