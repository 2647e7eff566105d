// SPDX-License-Identifier: Apache-2.0
// The negotiation of a PPP call: what the modem asks, what it grants, how it gives up.
#include "tools/modem/ppp/session.hpp"

#include <gtest/gtest.h>

#include <random>

#include "modem_emulator/ppp_host.hpp"

namespace linnet::emulator::test {
namespace {

using ppp::kIp;
using ppp::kIpcp;
using ppp::kLcp;
using ppp::kPap;
using Phase = ppp::Session::Phase;
using Frames = std::vector<std::string>;

constexpr std::string_view kModemWants = "020600000000 0304c023 050600001234 0702 0802";
constexpr std::string_view kHostWants = "020600000000 0506a1b2c3d4 0702 0802";
constexpr std::string_view kGateway = "03060a000202";
constexpr std::string_view kAddresses = "03060a410002 81060a000203 83060a000203";

std::string plain(std::string_view hex) {
  return to_hex(as_bytes(from_hex(hex)));
}

class Line {
 public:
  explicit Line(std::optional<ppp::Credentials> credentials = {})
      : session{{.addresses = {0x0a410002, 0x0a000202, 0x0a000203},
                 .magic = 0x1234,
                 .credentials = std::move(credentials)}} {
    session.begin(now);
  }

  Frames said() { return read_frames(session.take_output()); }
  /// Sends the bytes in pieces of `cut`, which is nothing to the session; keeps the IP packets.
  void send(std::string_view bytes) {
    for (const char c : bytes) packets += as_text(session.receive(static_cast<std::byte>(c), now));
  }
  Frames ask(std::uint16_t protocol, std::uint8_t code, std::uint8_t identifier, std::string_view hex,
             const ppp::Framing& how = {}) {
    send(packet(protocol, code, identifier, hex, how));
    return said();
  }
  void advance(Duration duration) {
    const Instant until = now + duration;
    while (session.deadline() <= until) {
      now = std::max(now, session.deadline());
      session.poll(now);
    }
    now = until;
  }
  void open_link() {
    ask(kLcp, 1, 1, kHostWants);
    ask(kLcp, 2, 1, kModemWants);
  }
  void open_all() {
    open_link();
    ask(kPap, 1, 1, "0000", kShort);
    ask(kIpcp, 1, 1, kAddresses, kShort);
    ask(kIpcp, 2, 1, kGateway, kShort);
    EXPECT_TRUE(session.is_up());
  }

  Instant now{100s};
  ppp::Session session;
  std::string packets;
};

TEST(PppSession, AsksWhatASimcomModemAsks) {
  Line line;
  EXPECT_EQ(line.said(), Frames{"c021 1.1 " + plain(kModemWants)});
  EXPECT_EQ(line.session.phase(), Phase::establish);
  line.open_link();
  EXPECT_EQ(line.session.phase(), Phase::authenticate);
}

TEST(PppSession, EitherSideMayGrantFirst) {
  Line line;
  line.said();
  EXPECT_EQ(line.ask(kLcp, 2, 1, kModemWants), Frames{});
  EXPECT_EQ(line.ask(kLcp, 1, 9, kHostWants), Frames{"c021 2.9 " + plain(kHostWants)});
  EXPECT_EQ(line.session.phase(), Phase::authenticate);
}

TEST(PppSession, AsksTenTimesAndGivesUp) {
  Line line;
  const Instant start = line.now;
  line.advance(1000s);
  EXPECT_EQ(line.said().size(), 10u);
  EXPECT_EQ(line.session.phase(), Phase::dead);
  Line other;
  other.advance(29'999ms);
  EXPECT_NE(other.session.phase(), Phase::dead);
  other.advance(1ms);
  EXPECT_EQ(other.session.phase(), Phase::dead);
  EXPECT_EQ(start, Instant{100s});
}

TEST(PppSession, AnAnswerToAnotherRequestIsNone) {
  Line line;
  line.said();
  line.ask(kLcp, 1, 1, kHostWants);
  line.ask(kLcp, 2, 2, kModemWants);     // another identifier
  line.ask(kLcp, 2, 1, "020600000000");  // other options
  EXPECT_EQ(line.session.phase(), Phase::establish);
  line.advance(3s);
  EXPECT_EQ(line.said(), Frames{"c021 1.2 " + plain(kModemWants)});
  line.ask(kLcp, 2, 2, kModemWants);
  EXPECT_EQ(line.session.phase(), Phase::authenticate);
}

TEST(PppSession, RejectsWhatItDoesNotKnowAndNaksWhatItKnowsBetter) {
  Line line;
  line.said();
  // Callback, quality, endpoint, authentication of the modem: rejected in one packet, as they came.
  EXPECT_EQ(line.ask(kLcp, 1, 1, "0d0306 0702 0304c223 0408c02500000001 130300"),
            Frames{"c021 4.1 " + plain("0d0306 0304c223 0408c02500000001 130300")});
  // The magic number is ours, the MRU is nothing, the map has the wrong length.
  EXPECT_EQ(line.ask(kLcp, 1, 2, "050600001234 01040040 0203ff"),
            Frames{"c021 3.2 " + plain("05065bd1fba1 01040080 020600000000")});
  EXPECT_EQ(line.ask(kLcp, 1, 3, "010405dc"), Frames{"c021 2.3 " + plain("010405dc")});
  EXPECT_EQ(line.ask(kLcp, 1, 4, "0506"), Frames{});  // longer than the packet
  EXPECT_EQ(line.ask(kLcp, 1, 5, "0500"), Frames{});
}

TEST(PppSession, WhoIsNotConvincedByFiveNaksGetsAReject) {
  Line line;
  line.said();
  for (std::uint8_t n = 1; n <= 5; ++n)
    EXPECT_TRUE(line.ask(kLcp, 1, n, "01040001").at(0).starts_with("c021 3."));
  EXPECT_EQ(line.ask(kLcp, 1, 6, "01040001"), Frames{"c021 4.6 01040001"});
}

TEST(PppSession, DoesWithoutWhatTheHostRefuses) {
  Line line;
  line.said();
  EXPECT_EQ(line.ask(kLcp, 4, 1, "0304c023 0702 050600001234"),
            Frames{"c021 1.2 " + plain("020600000000 0802")});
  EXPECT_EQ(line.ask(kLcp, 3, 2, "0206000a0000"), Frames{"c021 1.3 " + plain("0206000a0000 0802")});
  EXPECT_EQ(line.ask(kLcp, 4, 3, "0206000a0000 0802"), Frames{"c021 1.4 "});
  line.ask(kLcp, 1, 1, "");
  // Without PAP IPCP is next, in the longest frames: nothing was agreed.
  EXPECT_EQ(line.ask(kLcp, 2, 4, ""), Frames{"8021 1.1 " + plain(kGateway)});
}

TEST(PppSession, APasswordThatIsNeededIsNeeded) {
  Line refusing{ppp::Credentials{"u", "p"}};
  refusing.said();
  EXPECT_EQ(refusing.ask(kLcp, 4, 1, "0304c023"), Frames{"c021 5.2 "});
  EXPECT_EQ(refusing.ask(kLcp, 6, 2, ""), Frames{});
  EXPECT_EQ(refusing.session.phase(), Phase::dead);

  Line wrong{ppp::Credentials{"u", "p"}};
  wrong.open_link();
  wrong.said();
  EXPECT_EQ(wrong.ask(kPap, 1, 7, "0175 0171", kShort), (Frames{"c023 3.7 00", "c021 5.2 "}));
  EXPECT_EQ(wrong.session.phase(), Phase::terminate);
  wrong.advance(3s);
  EXPECT_EQ(wrong.said(), Frames{"c021 5.3 "});
  wrong.advance(3s);
  EXPECT_EQ(wrong.said(), Frames{});
  EXPECT_EQ(wrong.session.phase(), Phase::dead);

  Line right{ppp::Credentials{"u", "p"}};
  right.open_link();
  right.said();
  EXPECT_EQ(right.ask(kPap, 1, 7, "0175 01", kShort), Frames{});  // cut off: no request
  EXPECT_EQ(right.ask(kPap, 1, 7, "0175 0170", kShort),
            (Frames{"c023 2.7 00", "8021 1.1 " + plain(kGateway)}));
  EXPECT_EQ(right.ask(kPap, 1, 7, "0175 0170", kShort), Frames{"c023 2.7 00"});  // its answer was lost

  Line silent{ppp::Credentials{"u", "p"}};
  silent.open_link();
  silent.advance(30s);
  EXPECT_EQ(silent.session.phase(), Phase::terminate);
}

TEST(PppSession, TellsTheAddresses) {
  Line line;
  line.open_link();
  line.ask(kPap, 1, 1, "0000", kShort);
  EXPECT_EQ(line.ask(kIpcp, 1, 1, "030600000000 0206002d0f01 81060a000203", kShort),
            Frames{"8021 4.1 0206002d0f01"});
  EXPECT_EQ(line.ask(kIpcp, 1, 2, "030600000000 81060a000203", kShort), Frames{"8021 3.2 03060a410002"});
  EXPECT_EQ(line.ask(kIpcp, 1, 3, "03060a410002 81060a000203", kShort),
            Frames{"8021 2.3 03060a41000281060a000203"});
  EXPECT_FALSE(line.session.send(as_bytes("early")));
  line.ask(kIpcp, 3, 1, "0306c0a80001", kShort);  // another address for the modem: it keeps its own
  EXPECT_EQ(line.ask(kIpcp, 4, 2, kGateway, kShort), Frames{"8021 1.3 "});
  line.ask(kIpcp, 2, 3, "", kShort);
  EXPECT_TRUE(line.session.is_up());
}

TEST(PppSession, CarriesPacketsOfTheSizesAgreed) {
  Line line;
  line.said();
  line.ask(kLcp, 1, 1, "01040240");
  line.ask(kLcp, 2, 1, kModemWants);
  line.ask(kPap, 1, 1, "0000");
  line.ask(kIpcp, 1, 1, kAddresses);
  EXPECT_EQ(line.session.receive(std::byte{0x7e}, line.now).size(), 0u);
  line.send(frame(kIp, "before its time", kShort));
  EXPECT_EQ(line.packets, "");
  line.ask(kIpcp, 2, 1, kGateway);
  line.send(frame(kIp, "up", kShort));
  line.send(frame(kIp, "also", {}));
  EXPECT_EQ(line.packets, "upalso");
  EXPECT_TRUE(line.session.send(as_bytes(std::string(0x240, 'x'))));
  EXPECT_FALSE(line.session.send(as_bytes(std::string(0x241, 'x'))));
  EXPECT_EQ(line.said(), Frames{"0021 " + to_hex(as_bytes(std::string(0x240, 'x')))});
}

TEST(PppSession, AnswersEchoAndRejectsWhatItDoesNotSpeak) {
  Line line;
  line.said();
  EXPECT_EQ(line.ask(kLcp, 9, 1, "a1b2c3d4"), Frames{});  // not before it is open
  line.open_all();
  EXPECT_EQ(line.ask(kLcp, 9, 1, "a1b2c3d4 0102"), Frames{"c021 10.1 000012340102"});
  EXPECT_EQ(line.ask(kLcp, 9, 1, "a1"), Frames{});
  EXPECT_EQ(line.ask(kLcp, 10, 1, "a1b2c3d4"), Frames{});
  EXPECT_EQ(line.ask(kLcp, 11, 1, "a1b2c3d4"), Frames{});
  EXPECT_EQ(line.ask(0x8057, 1, 5, "010a0000000000000001"),
            Frames{"c021 8.2 8057" + plain("0105000e 010a0000000000000001")});
  EXPECT_EQ(line.ask(0x80fd, 1, 5, ""), Frames{"c021 8.3 80fd01050004"});
  EXPECT_EQ(line.ask(kLcp, 99, 5, "abcd"), Frames{"c021 7.4 " + plain("63050006 abcd")});
  EXPECT_EQ(line.ask(kIpcp, 14, 5, ""), Frames{"8021 7.2 0e050004"});
  EXPECT_TRUE(line.session.is_up());
  // As much as fits into the host's MRU.
  line.send(frame(0x0057, std::string(1500, 'x'), kShort));
  EXPECT_EQ(line.said().at(0).size(), std::string_view{"c021 8.5 "}.size() + 2 * (1500 - 4u));
}

TEST(PppSession, AHostThatBeginsAgainGetsAllOfItAgain) {
  Line line;
  line.open_all();
  EXPECT_EQ(line.ask(kLcp, 1, 1, kHostWants),
            (Frames{"c021 1.2 " + plain(kModemWants), "c021 2.1 " + plain(kHostWants)}));
  EXPECT_FALSE(line.session.is_up());
  line.ask(kLcp, 2, 2, kModemWants);
  EXPECT_EQ(line.session.phase(), Phase::authenticate);
  line.ask(kPap, 1, 1, "0000", kShort);
  line.ask(kIpcp, 1, 1, kAddresses, kShort);
  line.ask(kIpcp, 2, 2, kGateway, kShort);
  EXPECT_TRUE(line.session.is_up());
}

TEST(PppSession, EndsWhenEitherSideSaysSo) {
  Line line;
  line.open_all();
  EXPECT_EQ(line.ask(kLcp, 5, 9, "62 79 65"), Frames{"c021 6.9 "});
  EXPECT_EQ(line.session.phase(), Phase::dead);
  EXPECT_EQ(line.session.deadline(), kNever);

  Line early;
  early.said();
  EXPECT_EQ(early.ask(kLcp, 5, 9, ""), Frames{"c021 6.9 "});
  EXPECT_EQ(early.session.phase(), Phase::dead);

  Line ours;
  ours.open_all();
  ours.session.terminate(ours.now);
  EXPECT_EQ(ours.said(), Frames{"c021 5.2 "});
  EXPECT_FALSE(ours.session.is_up());
  ours.ask(kLcp, 6, 2, "");
  EXPECT_EQ(ours.session.phase(), Phase::dead);

  Line rejected;
  rejected.open_all();
  rejected.ask(kLcp, 8, 1, "c021 0102");
  EXPECT_EQ(rejected.session.phase(), Phase::terminate);
  Line without_ip;
  without_ip.open_all();
  without_ip.ask(kLcp, 8, 1, "8021 0102");
  EXPECT_FALSE(without_ip.session.is_up());
  EXPECT_EQ(without_ip.session.phase(), Phase::network);
}

TEST(PppSession, TheSameForEveryDamageOrNone) {
  std::mt19937 random{7};
  const std::string script = packet(kLcp, 1, 1, kHostWants) + packet(kLcp, 2, 1, kModemWants) +
                             packet(kPap, 1, 1, "0000", kShort) + packet(kIpcp, 1, 1, kAddresses, kShort) +
                             packet(kIpcp, 2, 1, kGateway, kShort) + frame(kIp, "packet", kShort) +
                             packet(kLcp, 5, 2, "");
  for (int n = 0; n < 3000; ++n) {
    Line line;
    std::string bytes = script;
    for (int flips = n % 4; flips > 0; --flips)
      bytes[random() % bytes.size()] ^= static_cast<char>(1u << random() % 8);
    line.send(bytes);
    if (n % 4 == 0) {
      EXPECT_EQ(line.packets, "packet");
      EXPECT_EQ(line.session.phase(), Phase::dead);
    }
    line.advance(1000s);  // whatever it has understood, it ends or is open
    EXPECT_TRUE(line.session.phase() == Phase::dead || line.session.phase() == Phase::network) << n;
    EXPECT_LT(line.session.take_output().size(), 10'000u);
  }
}

}  // namespace
}  // namespace linnet::emulator::test
