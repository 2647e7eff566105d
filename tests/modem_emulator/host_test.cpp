// SPDX-License-Identifier: Apache-2.0
// `linnet modem` without its command line: a host on a real pseudo-terminal or a TCP connection, and a real
// peer.
#include "tools/modem/program/host.hpp"

#include <unistd.h>

#include "port/linux/resolver.hpp"
#include "port/linux/serial.hpp"
#include "port/linux/tcp_link.hpp"
#include "support/loopback.hpp"
#include "tools/cli/text.hpp"
#include "tools/modem/program/control.hpp"
#include "tools/modem/program/names.hpp"

namespace linnet::tools {
namespace {

using port::linux::test::get;
using port::linux::test::put;

emulator::Settings fast() {
  emulator::Settings settings;
  settings.latency = Duration{};
  settings.pace = 0;
  settings.warm = true;
  settings.open_delay = Duration{};
  return settings;
}

class Running {
 public:
  explicit Running(const emulator::Settings& settings = fast())
      : modem{*emulator::find_profile("sim7670g"), settings, link, names, nullptr, poller.now()} {}

  template <typename Condition>
  bool until(Condition condition) {
    const Instant give_up = poller.now() + 10s;
    while (!condition()) {
      if (poller.now() >= give_up) return false;
      host.turn(modem, poller.now());
      control.turn(modem, poller.now());
      if (condition()) return true;
      poller.wait(std::min(give_up, host.is_full() ? modem.next_event() : modem.deadline()));
    }
    return true;
  }

  /// Sends all of `bytes`, then reads until `expected` is there.
  std::string exchange(net::Stream& stream, std::string_view bytes, std::string_view expected) {
    std::string heard;
    until([&] {
      if (!bytes.empty()) bytes.remove_prefix(put(stream, bytes).value_or(0));
      heard += get(stream).value_or("");
      return bytes.empty() && heard.size() >= expected.size();
    });
    return heard;
  }

  port::linux::Poller poller;
  port::linux::Resolver resolver{poller};
  port::linux::TcpLink link{poller, resolver, 8};
  ModemNames names{resolver};
  ModemHost host{poller};
  ModemControl control{poller};
  emulator::Modem modem;
};

std::string endpoint(std::uint16_t port) {
  return concat("127.0.0.1:", port);
}

TEST(ModemHost, TalksOverAPseudoTerminal) {
  Running running;
  ASSERT_EQ(running.host.open_pty(""), "");
  EXPECT_TRUE(running.host.where().starts_with("/dev/pts/"));
  port::linux::Serial serial{running.poller, nullptr};
  ASSERT_TRUE(serial.open(running.host.where().c_str(), 115200, port::linux::FlowControl::none));
  EXPECT_EQ(running.exchange(serial, "AT\r", "\r\nOK\r\n"), "\r\nOK\r\n");
  serial.close();
  ASSERT_TRUE(serial.open(running.host.where().c_str(), 115200, port::linux::FlowControl::none));
  EXPECT_EQ(running.exchange(serial, "AT+CGMM\r", "\r\nSIM7670G-MNGV\r\n\r\nOK\r\n"),
            "\r\nSIM7670G-MNGV\r\n\r\nOK\r\n");
}

TEST(ModemHost, OpensRealConnections) {
  Running running;
  ASSERT_EQ(running.host.open_pty(""), "");
  port::linux::Serial serial{running.poller, nullptr};
  ASSERT_TRUE(serial.open(running.host.where().c_str(), 115200, port::linux::FlowControl::none));
  port::linux::Listener server{running.poller};
  ASSERT_TRUE(server.listen("127.0.0.1:0", nullptr));

  const std::string opened = "\r\nOK\r\n\r\n+CIPOPEN: 0,0\r\n";
  EXPECT_EQ(
      running.exchange(serial, concat("AT+CIPOPEN=0,\"TCP\",\"localhost\",", server.port(), "\r"), opened),
      opened);
  net::StreamSlot slot;
  ASSERT_TRUE(running.until([&] { return server.accept(slot, nullptr).has_value(); }));

  const std::string payload(1500, '\x1a');
  EXPECT_EQ(running.exchange(serial, "AT+CIPSEND=0,1500\r", "\r\n>"), "\r\n>");
  const std::string sent = "\r\nOK\r\n\r\n+CIPSEND: 0,1500,1500\r\n";
  EXPECT_EQ(running.exchange(serial, payload, sent), sent);
  std::string arrived;
  EXPECT_TRUE(running.until([&] { return (arrived += get(*slot.get()).value_or("")).size() >= 1500; }));
  EXPECT_TRUE(arrived == payload);

  ASSERT_EQ(put(*slot.get(), "hello"), 5u);
  EXPECT_EQ(running.exchange(serial, "", "\r\n+CIPRXGET: 1,0\r\n"), "\r\n+CIPRXGET: 1,0\r\n");
  slot.reset();
  EXPECT_EQ(running.exchange(serial, "", "\r\n+IPCLOSE: 0,1\r\n"), "\r\n+IPCLOSE: 0,1\r\n");
  const std::string read = "\r\n+CIPRXGET: 2,0,5,0\r\nhello\r\n\r\nOK\r\n";
  EXPECT_EQ(running.exchange(serial, "AT+CIPRXGET=2,0\r", read), read);
  server.close();
  const std::string refused = "\r\nOK\r\n\r\n+CIPOPEN: 0,1\r\n";
  EXPECT_EQ(running.exchange(serial, "AT+CIPOPEN=0,\"TCP\",\"127.0.0.1\",1\r", refused), refused);
}

TEST(ModemHost, TheNewestClientHasTheLine) {
  Running running;
  ASSERT_EQ(running.host.listen("127.0.0.1:0"), "");
  const auto parsed = port::parse_endpoint(running.host.where());
  ASSERT_TRUE(parsed);
  net::Stream* const first = *running.link.open("127.0.0.1", parsed->port, running.poller.now());
  EXPECT_TRUE(running.until([&] {
    first->poll(running.poller.now());
    return first->state() == net::Stream::State::open;
  }));
  EXPECT_EQ(running.exchange(*first, "AT\r", "\r\nOK\r\n"), "\r\nOK\r\n");
  net::Stream* const second = *running.link.open("127.0.0.1", parsed->port, running.poller.now());
  EXPECT_TRUE(running.until([&] {
    second->poll(running.poller.now());
    return second->state() == net::Stream::State::open;
  }));
  EXPECT_EQ(running.exchange(*second, "AT\r", "\r\nOK\r\n"), "\r\nOK\r\n");
  EXPECT_TRUE(running.until([&] { return !get(*first).has_value(); }));
  first->close();
  second->close();
  EXPECT_EQ(running.modem.counters.lines, 2u);
}

TEST(ModemHost, TakesControlLines) {
  Running running;
  ASSERT_EQ(running.host.open_pty(""), "");
  ASSERT_EQ(running.control.listen("127.0.0.1:0"), "");
  net::Stream* const client = *running.link.open("127.0.0.1", running.control.port(), running.poller.now());
  EXPECT_TRUE(running.until([&] {
    client->poll(running.poller.now());
    return client->state() == net::Stream::State::open;
  }));
  EXPECT_EQ(running.exchange(*client, "tail=ok\r\nlost-ok@cmd=CSQ\ndcd\n", "ok\nok\noff\n"), "ok\nok\noff\n");
  EXPECT_EQ(running.exchange(*client, std::string(3000, 'x'), ""), "");
  EXPECT_TRUE(running.until([&] { return !get(*client).has_value(); }));  // too long a line
  client->close();
}

TEST(ModemHost, ALinkIsMadeAndGoes) {
  const std::string link = concat("/tmp/linnet-modem-test-", ::getpid());
  {
    Running running;
    EXPECT_EQ(running.host.open_pty(link), "");
    char target[64] = {};
    EXPECT_GT(::readlink(link.c_str(), target, sizeof target - 1), 0);
    EXPECT_EQ(running.host.where(), target);
    ModemHost other{running.poller};
    EXPECT_EQ(other.open_pty("/tmp"), "--pty /tmp: there is a file of that name");
    EXPECT_TRUE(other.open_pty("/nowhere/at/all").starts_with("--pty /nowhere/at/all: "));
  }
  EXPECT_NE(::access(link.c_str(), F_OK), 0);
  Running running;
  ASSERT_EQ(running.control.listen("127.0.0.1:0"), "");
  EXPECT_EQ(running.host.listen(endpoint(running.control.port())),
            concat("--listen ", endpoint(running.control.port()), ": address already in use"));
}

}  // namespace
}  // namespace linnet::tools
