// SPDX-License-Identifier: Apache-2.0
// Streams over the emulator: every variant, every fault.
#include "linnet/cellular/link.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "cellular/wire_share.hpp"

namespace linnet::cellular::test {
namespace {

using State = net::Stream::State;

std::string noise(std::size_t size, std::uint32_t seed) {
  std::string text;
  while (text.size() < size) {
    seed = seed * 1664525u + 1013904223u;
    text += static_cast<char>(seed >> 24);
    if (seed % 97 == 0) text += "\r\nAT+CPOF\r\nOK\r\n+IPCLOSE: 0,1\r\n> ";
  }
  text.resize(size);
  return text;
}

/// Sends and hears an echo of `size` bytes on a new connection, as far as that comes.
struct Echo {
  bool whole = false;
  bool right = true;  // what came was what was sent, as far as it came
  bool ended = false;
  int flipped_bits = 0;  // of what came
};
Echo echo(EmulatedLink& bench, std::size_t size, std::uint32_t seed, Duration most = 300s) {
  Echo result;
  bench.echoes = true;
  const auto opened = bench.link.open("gw.example.net", 8443, bench.now());
  if (!opened) return result;
  net::Stream& stream = **opened;
  const std::string sent = noise(size, seed);
  std::string_view rest = sent;
  std::string got;
  std::array<std::byte, 700> piece;
  bench.run_until(
      [&] {
        const Bytes part = as_bytes(rest.substr(0, 1000));
        if (const auto taken = stream.write({&part, 1})) rest.remove_prefix(*taken);
        while (true) {
          const auto read = stream.read(piece);
          result.ended = !read;
          if (!read || *read == 0) break;
          got += as_text(Bytes{piece}.first(*read));
        }
        return result.ended || got.size() >= size;
      },
      most);
  result.right = sent.starts_with(got);
  result.whole = got == sent;
  for (std::size_t at = 0; at < std::min(got.size(), sent.size()); ++at) {
    result.flipped_bits += std::popcount(static_cast<unsigned char>(got[at] ^ sent[at]));
  }
  stream.close();
  bench.run_for(1s);
  return result;
}

TEST(ModemLink, CarriesAStreamOverEveryVariant) {
  for (const std::string_view profile : {"sim7670g", "a7670", "sim7600"}) {
    for (const std::string_view variant : {"warm=0",         "warm=1",          "tail=ok",
                                           "prompt=space",   "boot=silent",     "boot-delay=11",
                                           "sim-busy=5",     "reg=roaming",     "reg-delay=20",
                                           "creg6=1",        "late-urc=8",      "close-data=drop",
                                           "cnf-delay=300",  "open-delay=3000", "netopen-delay=2000",
                                           "rx-buffer=2000", "echo-payload=1",  "cmee=0",
                                           "cmee=2",         "first-at=lost",   "first-at=error",
                                           "chunk=1-3",      "apn=internet",    "apn=other",
                                           "inject=0.3",     "inject=1",        "need-apn=internet",
                                           "paced"}) {
      SCOPED_TRACE(std::string{profile} + " " + std::string{variant});
      EmulatedLink bench{{.apn = "internet"}, profile, {variant}};
      const Echo result = echo(bench, 20'000, 1);
      EXPECT_TRUE(result.whole);
      EXPECT_TRUE(bench.link.modem().is_up());
    }
  }
}

TEST(ModemLink, NothingIsAlteredWhateverTheFault) {
  for (const std::string_view fault :
       {"lost-prompt",  "lost-ok",  "lost-send",   "lost-result", "lost-edge",  "short-cnf",
        "zero-cnf",     "neg-cnf",  "urc-storm",   "reboot",      "net-closed", "no-service:5",
        "flap",         "stuck",    "garbage",     "peer-close",  "peer-abort", "open-fail",
        "netopen-fail", "reboot:8", "drop-down:1", "drop-down:3"}) {
    for (const std::string_view trigger :
         {"@up=5000", "@down=4000", "@cmd=+CIPSEND", "@cmd=+CIPRXGET", "@cmd=+CIPOPEN", "@cmd=+NETOPEN",
          "@cmd=+CPIN", "@cmd=+CEREG", "@open=1"}) {
      const std::string spec = std::string{fault} + std::string{trigger};
      SCOPED_TRACE(spec);
      const auto parsed = emulator::parse_fault(spec);
      ASSERT_TRUE(parsed.has_value());
      EmulatedLink bench;
      bench.emulated.modem->add_fault(*parsed);
      const Echo first = echo(bench, 10'000, 2);
      EXPECT_TRUE(first.right);
      const Echo again = echo(bench, 10'000, 3);
      const Echo third = again.whole ? again : echo(bench, 10'000, 3);
      EXPECT_TRUE(again.right && third.whole);
    }
  }
}

/// No modem sees a bit that is another one. In the payload it stays the only one.
TEST(ModemLink, ABitThatFlipsInThePayloadFlipsNoOther) {
  int flipped_bits = 0;
  for (int at = 1; at < 10'000; at += 311) {
    SCOPED_TRACE(at);
    EmulatedLink bench;
    bench.emulated.modem->add_fault(*emulator::parse_fault("flip-down@down=" + std::to_string(at)));
    const Echo first = echo(bench, 10'000, 2);
    EXPECT_EQ(bench.emulated.modem->counters.faults, 1u) << "it has not struck";
    EXPECT_LE(first.flipped_bits, 1);
    EXPECT_TRUE(first.right || first.flipped_bits == 1);
    flipped_bits += first.flipped_bits;
    EXPECT_TRUE(echo(bench, 10'000, 3).whole);
  }
  EXPECT_GT(flipped_bits, 25);
}

/// In what the modem says around it, it costs the connection at most: not a byte is shifted, lost or added.
TEST(ModemLink, ABitThatFlipsInAnAnswerShiftsNothing) {
  int ended = 0;
  for (int at = 1; at < 300; at += 2) {  // of the bytes behind +CIPOPEN, 100 are payload
    SCOPED_TRACE(at);
    EmulatedLink bench;
    bench.emulated.modem->add_fault(*emulator::parse_fault("flip-down:" + std::to_string(at) + "@open=1"));
    const Echo first = echo(bench, 100, 2);
    EXPECT_LE(first.flipped_bits, 1);
    EXPECT_TRUE(first.right || first.flipped_bits == 1);
    EXPECT_TRUE(first.whole || first.ended || first.flipped_bits == 1);
    EXPECT_EQ(bench.emulated.modem->counters.faults, 1u) << "it has not struck";
    ended += first.ended ? 1 : 0;
    const Echo again = echo(bench, 10'000, 3);
    EXPECT_TRUE(again.whole || echo(bench, 10'000, 3).whole);
  }
  EXPECT_GT(ended, 0);
}

TEST(ModemLink, PayloadHasTheLineToItself) {
  for (const bool transparent : {false, true}) {
    SCOPED_TRACE(transparent ? "transparent" : "command");
    EmulatedLink bench{
        {.mode = transparent ? modem::Mode::transparent : modem::Mode::command}, "sim7670g", {"paced"}};
    bench.emulated.modem->settings.latency = 10ms;
    net::Stream* const stream = bench.connect();
    ASSERT_NE(stream, nullptr);
    const double least = transparent ? 98.0 : 88.0;
    const double up = wire_share(bench, *stream, true, 100'000, 115'200);
    const double down = wire_share(bench, *stream, false, 100'000, 115'200);
    RecordProperty("up", std::to_string(up));
    RecordProperty("down", std::to_string(down));
    EXPECT_GE(up, least);
    EXPECT_GE(down, least);
  }
}

}  // namespace
}  // namespace linnet::cellular::test
