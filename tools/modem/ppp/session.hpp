// SPDX-License-Identifier: Apache-2.0
// The modem's end of a PPP call: LCP, PAP, IPCP and IP packets over one line. Bytes in, bytes out, now as an
// argument; it ends by itself when the host ends it, does not answer, or gives the wrong password.
// Memory: a frame, and the answers to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "linnet/base/bytes.hpp"
#include "linnet/base/time.hpp"
#include "tools/modem/ppp/address_options.hpp"
#include "tools/modem/ppp/hdlc.hpp"
#include "tools/modem/ppp/link_options.hpp"
#include "tools/modem/ppp/negotiation.hpp"
#include "tools/modem/ppp/password.hpp"

namespace linnet::emulator::ppp {

class Session {
 public:
  struct Config {
    Addresses addresses;
    std::uint32_t magic = 1;                 // any but 0
    std::optional<Credentials> credentials;  // none: any user is welcome
  };
  /// RFC 1661, section 3.2. Dead is what it is in the end.
  enum class Phase : std::uint8_t { establish, authenticate, network, terminate, dead };

  explicit Session(const Config& config);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// The line is there: our first Configure-Request.
  void begin(Instant now);
  /// As if that had been long ago, and IP had flowed since.
  void be_up() noexcept;
  /// A byte from the host. What it may complete is an IP packet, borrowed until the next call; else nothing.
  Bytes receive(std::byte value, Instant now);
  /// An IP packet for the host. False: it is dropped, for IP is not up, or it is larger than the host takes.
  bool send(Bytes packet);
  /// Our side ends it: Terminate-Request, and dead once it is answered, or 6 s later.
  void terminate(Instant now);

  /// What is to be said to the host; the caller takes it.
  std::string take_output() noexcept;
  Instant deadline() const noexcept;
  void poll(Instant now);

  Phase phase() const noexcept;
  bool is_up() const noexcept { return network_.negotiation.state() == State::opened; }

 private:
  /// LCP, with the session as what is above it.
  struct Link final : Options {
    Link(Session& above, const Config& config) noexcept
        : session{above}, options{config.magic, config.credentials.has_value()}, negotiation{*this} {}
    std::string wanted() const override { return options.wanted(); }
    void refused(const Option& option, bool is_reject) override;
    Verdict judge(const Option& option) override { return options.judge(option); }
    void granted(Bytes granted) override { options.granted(granted); }
    void send(std::string packet) override;
    void layer_up() override { session.link_up(); }
    void layer_down() override { session.link_down(); }
    void layer_finished() override { session.is_dead_ = true; }

    Session& session;
    LinkOptions options;
    Negotiation negotiation;
  };
  /// IPCP.
  struct Network final : Options {
    Network(Session& below, const Config& config) noexcept
        : session{below}, options{config.addresses}, negotiation{*this} {}
    std::string wanted() const override { return options.wanted(); }
    void refused(const Option& option, bool is_reject) override { options.refused(option, is_reject); }
    Verdict judge(const Option& option) override { return options.judge(option); }
    void granted(Bytes) override {}
    void send(std::string packet) override { session.say(kIpcp, as_bytes(packet)); }
    void layer_up() override {}
    void layer_down() override {}
    void layer_finished() override {}

    Session& session;
    AddressOptions options;
    Negotiation negotiation;
  };

  void link_up();
  void link_down();
  void say(std::uint16_t protocol, Bytes information);
  Bytes take(const FrameReader::Frame& frame);
  void take_link(const Packet& packet, Bytes whole);
  void take_protocol_reject(const Packet& packet);
  void take_password(const Packet& packet);
  void reject_code(std::uint16_t protocol, Negotiation& by, Bytes packet);
  void reject_protocol(const FrameReader::Frame& frame);
  void begin_network();

  FrameReader reader_;
  Framing framing_;  // what holds now
  std::optional<Credentials> credentials_;
  Link link_;
  Network network_;
  Instant now_{};
  Instant password_until_ = kNever;
  bool is_welcome_ = false;  // PAP is done, or not needed
  bool is_dead_ = false;
  std::string output_;
};

}  // namespace linnet::emulator::ppp
