// SPDX-License-Identifier: Apache-2.0
// Every conversation of tests/modem/traces, with the emulator as the modem: the same bytes for every way of
// cutting what the host sends.
#include "modem_emulator/emulated.hpp"
#include "support/modem_trace.hpp"

namespace linnet::emulator::test {
namespace {

using linnet::test::modem_traces;
using linnet::test::read_trace;
using linnet::test::trace_shown;
using linnet::test::TraceStep;

enum class Cut : std::uint8_t { whole, byte_by_byte };

class Playback {
 public:
  Playback(const std::vector<TraceStep>& steps, Cut cut) : cut_{cut} {
    std::string_view model = "sim7670g";
    std::vector<std::string_view> variants;
    for (const TraceStep& step : steps) {
      if (step.kind != TraceStep::setting) continue;
      if (step.text.starts_with("profile="))
        model = std::string_view{step.text}.substr(8);
      else
        variants.push_back(step.text);
    }
    emulated_ = std::make_unique<Emulated>(model, variants);
  }

  void play(const TraceStep& step) {
    SCOPED_TRACE("line " + std::to_string(step.line) + ": " + step.text.substr(0, 100));
    switch (step.kind) {
      case TraceStep::host: return send(step.bytes);
      case TraceStep::modem: return expect(step.bytes);
      case TraceStep::pause: return emulated_->advance(std::chrono::milliseconds{step.milliseconds});
      case TraceStep::world: EXPECT_EQ(emulated_->control(step.text), "ok"); return;
      case TraceStep::peer:
        if (step.text == "close")
          peer(step.link).finished = true;
        else
          peer(step.link).to_modem += step.bytes;
        return emulated_->run();
      case TraceStep::arrived:
        EXPECT_EQ(trace_shown(peer(step.link).from_modem), trace_shown(step.bytes));
        EXPECT_TRUE(peer(step.link).from_modem == step.bytes);
        peer(step.link).from_modem.clear();
        return;
      case TraceStep::setting: return;
    }
  }

  void expect_quiet() { EXPECT_EQ(trace_shown(emulated_->heard), ""); }

 private:
  Peer& peer(std::size_t link) {
    EXPECT_EQ(link, 0u);  // one link at a time, until a trace wants more
    return *emulated_->internet.peers.back();
  }

  void send(const std::string& bytes) {
    if (cut_ == Cut::whole) return emulated_->host(bytes);
    for (const char byte : bytes) emulated_->host({&byte, 1});
  }

  void expect(const std::string& bytes) {
    emulated_->wait_for(bytes.size());
    const std::string got = emulated_->heard.substr(0, bytes.size());
    emulated_->heard.erase(0, got.size());
    EXPECT_EQ(trace_shown(got), trace_shown(bytes));
    EXPECT_TRUE(got == bytes);
  }

  Cut cut_;
  std::unique_ptr<Emulated> emulated_;
};

TEST(ModemTraces, AreWhatTheEmulatorSays) {
  EXPECT_GE(modem_traces().size(), 12u);
  for (const auto& [name, text] : modem_traces()) {
    for (const Cut cut : {Cut::whole, Cut::byte_by_byte}) {
      SCOPED_TRACE(std::string{name} + (cut == Cut::whole ? ", whole" : ", byte by byte"));
      const auto steps = read_trace(text);
      Playback playback{steps, cut};
      for (const TraceStep& step : steps) {
        playback.play(step);
        if (::testing::Test::HasFailure()) return;
      }
      playback.expect_quiet();
    }
  }
}

}  // namespace
}  // namespace linnet::emulator::test
