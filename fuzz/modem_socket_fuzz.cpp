// SPDX-License-Identifier: Apache-2.0
// The driver against a scripted modem, step by step as the input says: users who open, write, read and close,
// time that passes, URCs, answers that are lost, a modem that boots. Properties: whatever happens, the peer
// of each connection has got a prefix of what was written to it, and its reader a prefix of what the peer
// sent; the deadline never stands still. With the input's first bit set the modem says whatever the input has
// instead: then only memory and bounds are checked.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "../tests/support/scripted_modem.hpp"
#include "linnet/modem/cellular.hpp"

namespace {

using namespace linnet;

void check(bool holds) {
  if (!holds) std::abort();
}

class Bench {
 public:
  Bench(const modem::Config& config, std::size_t chunk)
      : chunk_{chunk},
        sockets_{modem::Socket{receive_[0], send_[0]}, modem::Socket{receive_[1], send_[1]}},
        cellular_{config, sockets_, {.line = line_, .command = command_, .held = held_}} {}

  void settle() {
    for (int turns = 0; exchange(); ++turns) check(turns < 100'000);
  }
  void run_for(Duration time) {
    const Instant end = now + time;
    for (int turns = 0; now < end; ++turns) {
      check(turns < 100'000);
      settle();
      const Instant said = cellular_.wants_input() ? modem.next_due() : kNever;
      now = std::max(std::min({cellular_.deadline(), said, end}), now + 1us);
    }
    settle();
  }
  void bring_up() {
    for (int i = 0; i < 1000 && !cellular_.is_up(); ++i) run_for(50ms);
    check(cellular_.is_up());
  }
  void open(std::size_t at) {
    if (users_[at] != nullptr) return;
    users_[at] = cellular_.open("gw.example.net", 8443).value_or(nullptr);
    written_[at].clear();
    read_[at].clear();
    if (users_[at] != nullptr) openings_before_[at] = openings_[link_of(at)];
  }
  void write(std::size_t at, std::size_t size) {
    if (users_[at] == nullptr) return;
    std::string text;
    while (text.size() < size) text += next_byte();
    const Bytes bytes = as_bytes(text);
    const auto taken = users_[at]->write({&bytes, 1});
    if (taken) written_[at] += text.substr(0, *taken);
  }
  void read(std::size_t at) {
    if (users_[at] == nullptr) return;
    std::array<std::byte, 300> piece;
    const auto size = users_[at]->read(piece);
    if (size) read_[at] += as_text(Bytes{piece}.first(*size));
  }
  void close(std::size_t at) {
    if (users_[at] != nullptr) users_[at]->close();
    users_[at] = nullptr;
  }
  /// What a user has and what its peer has are the beginnings of what was said.
  void compare() {
    if (raw) return;
    for (std::size_t at = 0; at < users_.size(); ++at) {
      if (users_[at] == nullptr) continue;
      const std::size_t link = link_of(at);
      // Where it never opened, what was said there last is its predecessor's.
      if (users_[at]->is_opening() || openings_[link] == openings_before_[at]) continue;
      check(std::string_view{written_[at]}.starts_with(modem.links[link].up));
      check(std::string_view{sent_[link]}.starts_with(read_[at]));
    }
  }
  void peer_sends(std::size_t link, std::size_t size) {
    if (!modem.links[link].open) return;
    std::string text;
    while (text.size() < size) text += next_byte();
    sent_[link] += text;
    modem.peer_sends(link, text);
  }

  Instant now{1s};
  linnet::test::ScriptedModem modem;
  std::string raw_bytes;
  bool raw = false;

 private:
  std::size_t link_of(std::size_t at) const { return static_cast<std::size_t>(users_[at] - sockets_.data()); }
  /// Text that looks like everything that a modem or a host may say.
  char next_byte() {
    static constexpr std::string_view kText =
        "\r\nOK\r\nAT+CPOF\r> +CIPSEND: 0,5,5\r\n+IPCLOSE: 0,1\r\n\x1a\x1b+++QCRDY\r\n";
    return kText[offset_++ % kText.size()];
  }
  bool exchange() {
    forget_opened();
    bool moved = poll();
    const modem::Output out = cellular_.output();
    check(out.size() <= 5000);
    if (out.size() != 0) {
      std::string text;
      for (const Bytes part : out.parts) text += as_text(part);
      text.resize(std::min(text.size(), chunk_));
      cellular_.sent(text.size());
      if (!raw) modem.receive(text, now);
      forget_opened();
      moved = true;
    }
    if (!cellular_.wants_input()) return moved;
    said_ = raw ? std::exchange(raw_bytes, {}) : modem.say(now, chunk_);
    if (said_.empty()) return moved;
    input_.assign(as_bytes(said_).begin(), as_bytes(said_).end());
    cellular_.receive(input_);
    poll();
    return true;
  }
  bool poll() {
    bool any = false;
    for (int events = 0; cellular_.poll(now); ++events) {
      check(events < 100);
      any = true;
    }
    return any;
  }
  /// A link that is opened begins with nothing said.
  void forget_opened() {
    for (std::size_t link = 0; link < 2; ++link) {
      const bool is_open = modem.links[link].open;
      if (is_open && !was_open_[link]) {
        modem.links[link].up.clear();
        sent_[link].clear();
        ++openings_[link];
      }
      was_open_[link] = is_open;
    }
  }

  std::size_t chunk_;
  std::size_t offset_ = 0;
  std::string said_;
  std::vector<std::byte> input_;
  std::array<std::array<std::byte, 512>, 2> receive_{};
  std::array<std::array<std::byte, 700>, 2> send_{};
  std::array<std::byte, 128> line_{};
  std::array<std::byte, 304> command_{};
  std::array<std::byte, modem::DataFilter::kMost> held_;
  std::array<modem::Socket, 2> sockets_;
  modem::Cellular cellular_;
  std::array<modem::Socket*, 2> users_{};
  std::array<std::string, 2> written_{}, read_{}, sent_{};
  std::array<bool, 2> was_open_{};
  std::array<unsigned, 2> openings_{};         // of each link
  std::array<unsigned, 2> openings_before_{};  // of its link, when each user asked for it
};

constexpr const char* kUrcs[] = {"\r\n+CEREG: 5\r\n",    "\r\n+CIPRXGET: 1,0\r\n",
                                 "\r\nPB DONE\r\n",      "\r\n+CEREG: 0\r\n",
                                 "\r\n+CPIN: READY\r\n", "\r\n+CEREG: 1,\"7764\",\"6FB\",7\r\n",
                                 "\r\nnoise\r\n",        "\r\n+CGEV: NW DETACH\r\n"};
constexpr const char* kLost[] = {"\r\nOK\r\n", "+CIPSEND:", "\r\n>",      "+CIPRXGET: 1,",
                                 "+CIPOPEN:",  "+IPCLOSE:", "+CIPCLOSE:", "+NETOPEN:"};

void act(Bench& bench, unsigned action, unsigned value) {
  const std::size_t at = value & 1u;
  switch (action) {
    case 0: return bench.open(at);
    case 1: return bench.write(at, value * 5);
    case 2: return bench.read(at);
    case 3: return bench.close(at);
    case 4: return bench.peer_sends(at, value * 7);
    case 5: return bench.modem.put(kUrcs[value % 8]);
    case 6: bench.modem.swallow = kLost[value % 8]; return;
    case 7:
      if (bench.modem.links[at].open && !bench.modem.waits_for_payload()) bench.modem.peer_closes(at);
      return;
    case 8: bench.modem.confirm = static_cast<int>(value % 4) - 1; return;
    case 9:
      if (value == 77) bench.modem.reboot(value % 2 != 0 ? "\r\nQCRDY\r\n" : "");
      return;
    case 10: bench.modem.lose_network(); return;
    default: return bench.run_for(std::chrono::milliseconds{value * value});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  modem::Config config;
  if ((data[0] & 2) != 0) config.mode = modem::Mode::transparent;
  const bool raw = (data[0] & 1) != 0;
  Bench bench{config, 1u + data[1] * 3u};
  if ((data[0] & 4) != 0) bench.modem.tail = "\r\nOK\r\n";
  if ((data[0] & 8) != 0) bench.modem.latency = 20ms;
  if ((data[0] & 16) == 0) bench.bring_up();
  bench.raw = raw;
  // In transparent mode nothing tells lost bytes from others.
  const bool compares = !raw && config.mode == modem::Mode::command;
  std::size_t at = 2;
  for (int steps = 0; at + 1 < size && steps < 300; ++steps) {
    const unsigned action = data[at] % 13u;
    const unsigned value = data[at + 1];
    at += 2;
    if (raw && action >= 5 && action <= 10) {
      const std::size_t length = std::min<std::size_t>(value, size - at);
      bench.raw_bytes.assign(reinterpret_cast<const char*>(data) + at, length);
      at += length;
      bench.settle();
    } else {
      act(bench, action, value);
      if ((data[0] & 32) == 0) bench.settle();
    }
    if (compares) bench.compare();
  }
  bench.run_for(60s);
  if (compares) bench.compare();
  return 0;
}
