// SPDX-License-Identifier: Apache-2.0
#include "tools/client/event_report.hpp"

#include <array>

#include "linnet/codec/digest.hpp"
#include "tools/cli/text.hpp"

namespace linnet::tools {
namespace {

constexpr std::size_t kFrame = 512;        // names, numbers and brackets of the largest object
constexpr std::size_t kLongestEscape = 6;  // "\u0000" for one byte
constexpr std::size_t kLikelyGrowth = 8;   // most texts grow by less than an eighth

}  // namespace

MutableBytes EventReport::room(std::unique_ptr<std::byte[]>& buffer, std::size_t& have, std::size_t size) {
  if (have < size) {
    buffer = std::make_unique_for_overwrite<std::byte[]>(size);
    have = size;
  }
  return {buffer.get(), have};
}

/// One line: the object whose members `fill` writes, `size` bytes of text among them.
template <typename Fill>
void EventReport::object(std::size_t size, Fill fill) {
  // Room for the worst is six times the text, and hardly ever needed.
  for (const std::size_t wanted : {size + size / kLikelyGrowth, size * kLongestEscape}) {
    json::Writer writer{room(json_, json_size_, wanted + kFrame)};
    writer.begin_object();
    fill(writer);
    if (const auto text = writer.end_object().finish()) return print(*text);
  }
}

void EventReport::print(std::string_view line) {
  const std::array<Bytes, 2> parts{as_bytes(line), as_bytes("\n")};
  output_->write(parts);
}

void EventReport::opened(std::string_view url, std::string_view subprotocol, std::string_view link,
                         const net::SecurityReport* security) {
  if (format_ != Format::jsonl) return;
  object(url.size() + subprotocol.size() + link.size(), [&](json::Writer& writer) {
    writer.member("event", "open").member("url", url).member("subprotocol", subprotocol);
    writer.member("deflate", false).member("link", link);
    if (security == nullptr) return;
    writer.key("tls").begin_object().member("protocol", security->protocol);
    writer.member("cipher", security->cipher).member("resumed", security->resumed);
    writer.member("verified", security->verified).member("handshake_bytes", security->handshake_bytes);
    writer.member("handshake_ms", security->handshake_time / 1ms).end_object();
  });
}

void EventReport::message(ws::MessageType type, Bytes payload) {
  if (format_ == Format::raw) {
    output_->write({&payload, 1});
  } else if (format_ == Format::text) {
    print(type == ws::MessageType::text ? as_text(payload) : concat("binary ", payload.size(), " bytes"));
  } else if (type == ws::MessageType::text) {
    object(payload.size(), [&](json::Writer& writer) {
      writer.member("event", "message").member("type", "text").member("data", as_text(payload));
    });
  } else {
    const MutableBytes encoded = room(base64_, base64_size_, codec::base64_size(payload.size()));
    const std::string_view data = codec::base64_encode(payload, encoded).value_or(std::string_view{});
    object(data.size(), [&](json::Writer& writer) {
      writer.member("event", "message").member("type", "binary").member("data_base64", data);
    });
  }
}

void EventReport::ping() {
  if (format_ == Format::jsonl) object(0, [](json::Writer& writer) { writer.member("event", "ping"); });
}

void EventReport::pong(Duration round_trip) {
  if (format_ != Format::jsonl) return;
  object(0, [&](json::Writer& writer) {
    writer.member("event", "pong").key("rtt_ms");
    if (round_trip == Duration{}) {
      writer.null();
    } else {
      writer.value(static_cast<double>(round_trip.count()) / 1000.0);
    }
  });
}

void EventReport::closed(ws::CloseCode code, std::string_view reason, bool clean) {
  if (format_ != Format::jsonl) return;
  object(reason.size(), [&](json::Writer& writer) {
    writer.member("event", "close").member("code", static_cast<unsigned>(code)).member("reason", reason);
    writer.member("clean", clean);
  });
}

void EventReport::error(std::string_view what) {
  if (format_ != Format::jsonl) return;
  object(what.size(), [&](json::Writer& writer) { writer.member("event", "error").member("what", what); });
}

void EventReport::reconnect(std::uint64_t attempt, Duration pause, std::string_view why) {
  if (format_ != Format::jsonl) return;
  object(why.size(), [&](json::Writer& writer) {
    writer.member("event", "reconnect").member("attempt", attempt);
    writer.member("delay_ms", static_cast<std::int64_t>(pause / 1ms)).member("why", why);
  });
}

}  // namespace linnet::tools
