// SPDX-License-Identifier: Apache-2.0
// libslirp's guest is on an Ethernet; ours is not. So frames are put around packets and taken off again, and
// ARP is told who has the host's address.
#include "tools/modem/program/internet.hpp"

#include <poll.h>
#include <slirp/libslirp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>

namespace linnet::tools {
namespace {

constexpr std::size_t kEthernetHead = 14;
constexpr std::size_t kMtu = 1500;  // of PPP, and of an Ethernet
constexpr std::uint16_t kTypeIp = 0x0800;
constexpr std::uint16_t kTypeArp = 0x0806;
using Mac = std::array<std::uint8_t, 6>;
constexpr Mac kHost{0x02, 0, 0, 0, 0, 1};  // locally administered
constexpr Mac kEverybody{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

void put(std::string& to, const Mac& mac) {
  to.append(reinterpret_cast<const char*>(mac.data()), mac.size());
}
void put16(std::string& to, std::uint16_t value) {
  to.push_back(static_cast<char>(value >> 8));
  to.push_back(static_cast<char>(value));
}
void put32(std::string& to, std::uint32_t value) {
  put16(to, static_cast<std::uint16_t>(value >> 16));
  put16(to, static_cast<std::uint16_t>(value));
}

std::string ethernet(std::uint16_t type) {
  std::string frame;
  put(frame, kEverybody);  // libslirp takes what it gets
  put(frame, kHost);
  put16(frame, type);
  return frame;
}

in_addr address(std::uint32_t number) noexcept {
  return {.s_addr = htonl(number)};
}

int poll_bits(int slirp) noexcept {
  return ((slirp & SLIRP_POLL_IN) != 0 ? POLLIN : 0) | ((slirp & SLIRP_POLL_OUT) != 0 ? POLLOUT : 0) |
         ((slirp & SLIRP_POLL_PRI) != 0 ? POLLPRI : 0);
}
int slirp_bits(int poll) noexcept {
  return ((poll & POLLIN) != 0 ? SLIRP_POLL_IN : 0) | ((poll & POLLOUT) != 0 ? SLIRP_POLL_OUT : 0) |
         ((poll & POLLPRI) != 0 ? SLIRP_POLL_PRI : 0) | ((poll & POLLERR) != 0 ? SLIRP_POLL_ERR : 0) |
         ((poll & POLLHUP) != 0 ? SLIRP_POLL_HUP : 0);
}

}  // namespace

/// What libslirp asks of us; `opaque` is the Internet.
struct Internet::Callbacks {
  static ssize_t send_packet(const void* bytes, size_t size, void* opaque) {
    static_cast<Internet*>(opaque)->take_frame({static_cast<const std::byte*>(bytes), size});
    return static_cast<ssize_t>(size);
  }
  static void guest_error(const char*, void*) {}  // a host that errs is what the emulator is for
  static std::int64_t clock(void* opaque) {
    return static_cast<Internet*>(opaque)->poller_->now().time_since_epoch().count() * 1000;
  }
  // Timers are for IPv6, which is off.
  static void* timer_new(SlirpTimerCb, void*, void*) { return nullptr; }
  static void timer_free(void*, void*) {}
  static void timer_mod(void*, std::int64_t, void*) {}
  static void no_descriptor(int, void*) {}  // only Windows needs to know
  static void notify(void* opaque) { static_cast<Internet*>(opaque)->deadline_ = Instant::min(); }
  static int add_poll(int descriptor, int events, void* opaque) {
    auto& watched = static_cast<Internet*>(opaque)->watched_;
    watched.push_back({descriptor, events, 0});
    return static_cast<int>(watched.size()) - 1;
  }
  static int found(int index, void* opaque) {
    return static_cast<Internet*>(opaque)->watched_[static_cast<std::size_t>(index)].found;
  }

  static constexpr SlirpCb kAll{.send_packet = &send_packet,
                                .guest_error = &guest_error,
                                .clock_get_ns = &clock,
                                .timer_new = &timer_new,
                                .timer_free = &timer_free,
                                .timer_mod = &timer_mod,
                                .register_poll_fd = &no_descriptor,
                                .unregister_poll_fd = &no_descriptor,
                                .notify = &notify,
                                .init_completed = nullptr,
                                .timer_new_opaque = nullptr};
};

bool Internet::begin(std::uint32_t host) {
  end();
  SlirpConfig config{};
  config.version = 1;
  config.in_enabled = true;
  config.vnetwork = address(kGateway & 0xffffff00);
  config.vnetmask = address(0xffffff00);
  config.vhost = address(kGateway);
  config.vnameserver = address(kNameServer);
  config.vdhcp_start = address((kGateway & 0xffffff00) | 15);  // nobody asks: PPP tells the address
  config.if_mtu = kMtu;
  config.if_mru = kMtu;
  slirp_ = slirp_new(&config, &Callbacks::kAll, this);
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  host_ = host;
  if (slirp_ == nullptr || epoll_ < 0 ||
      !poller_->watch(epoll_, this, net::Interest::none, net::Interest::read)) {
    end();
    return false;
  }
  announce();
  deadline_ = Instant::min();
  return true;
}

void Internet::end() noexcept {
  if (slirp_ != nullptr) slirp_cleanup(slirp_);
  slirp_ = nullptr;
  if (epoll_ >= 0) {
    poller_->unwatch(epoll_, this);
    ::close(epoll_);
  }
  epoll_ = -1;
  watched_.clear();
  in_epoll_.clear();
  to_host_.clear();
  deadline_ = kNever;
}

/// An ARP request for one's own address, which tells it to all (RFC 5227, section 3).
void Internet::announce() {
  std::string frame = ethernet(kTypeArp);
  put16(frame, 1);  // Ethernet
  put16(frame, kTypeIp);
  put16(frame, 6 << 8 | 4);  // the sizes of the two addresses
  put16(frame, 1);           // request
  put(frame, kHost);
  put32(frame, host_);
  put(frame, Mac{});
  put32(frame, host_);
  slirp_input(slirp_, reinterpret_cast<const std::uint8_t*>(frame.data()), static_cast<int>(frame.size()));
}

void Internet::send(Bytes packet) {
  if (slirp_ == nullptr || packet.size() > kMtu) return;
  std::string frame = ethernet(kTypeIp);
  frame += as_text(packet);
  slirp_input(slirp_, reinterpret_cast<const std::uint8_t*>(frame.data()), static_cast<int>(frame.size()));
  deadline_ = Instant::min();  // it may have a socket more
}

/// From libslirp: IP packets, and ARP, whose questions announce() has answered beforehand.
void Internet::take_frame(Bytes frame) {
  if (frame.size() <= kEthernetHead || load_be16(&frame[12]) != kTypeIp) return;
  if (to_host_.size() == kPackets) return;  // TCP sends it again, slower
  to_host_.emplace_back(as_text(frame.subspan(kEthernetHead)));
}

void Internet::poll(Instant now) {
  if (slirp_ == nullptr) return;
  fill();
  look();
  slirp_pollfds_poll(slirp_, 0, &Callbacks::found, this);
  fill();  // what it wants now
  watch();
  deadline_ = wait_ == UINT32_MAX ? kNever : now + std::chrono::milliseconds{wait_};
}

void Internet::fill() {
  watched_.clear();
  wait_ = UINT32_MAX;
  slirp_pollfds_fill(slirp_, &wait_, &Callbacks::add_poll, this);
}

void Internet::look() {
  std::vector<pollfd> all;
  all.reserve(watched_.size());
  for (const Watched& each : watched_)
    all.push_back({each.descriptor, static_cast<short>(poll_bits(each.wanted)), 0});
  if (all.empty() || ::poll(all.data(), all.size(), 0) <= 0) return;
  for (std::size_t n = 0; n < all.size(); ++n) watched_[n].found = slirp_bits(all[n].revents);
}

/// libslirp closes sockets as it likes, and a new one may have an old one's number. The kernel forgets what
/// was closed: where a change finds nothing to change, it is a new one.
void Internet::watch() {
  for (const int descriptor : in_epoll_) {
    const bool stays = std::ranges::any_of(
        watched_, [descriptor](const Watched& each) { return each.descriptor == descriptor; });
    if (!stays) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
  }
  in_epoll_.clear();
  for (const Watched& each : watched_) {
    epoll_event event{};
    event.events = static_cast<std::uint32_t>(poll_bits(each.wanted));  // the bits are poll's
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, each.descriptor, &event) != 0)
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, each.descriptor, &event);
    in_epoll_.push_back(each.descriptor);
  }
}

}  // namespace linnet::tools
