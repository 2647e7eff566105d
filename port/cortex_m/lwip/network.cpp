// SPDX-License-Identifier: Apache-2.0
#include "port/cortex_m/lwip/network.hpp"

#include <algorithm>
#include <array>

#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"
#include "port/cortex_m/lwip/listener.hpp"
#include "port/cortex_m/lwip/tcp_stream.hpp"

namespace linnet::port::cortex_m::lwip {
namespace {

constexpr std::uint16_t kLargestFrame = 1518;
constinit Network* network = nullptr;  // what lwIP's calls without an argument mean

}  // namespace

std::uint32_t random_of_network() noexcept {
  std::array<std::byte, 4> bytes;
  network->entropy_.fill(bytes);
  return load_be32(bytes.data());
}

std::uint32_t time_of_network() noexcept {
  if (network == nullptr) return 0;
  return static_cast<std::uint32_t>(network->poller().now().time_since_epoch() / 1ms);
}

Network::Network(Poller& poller, Ethernet& ethernet, Entropy& entropy) noexcept
    : Source{poller}, ethernet_{ethernet}, entropy_{entropy} {
  network = this;
  lwip_init();
  netif_add_noaddr(&interface_, this, begin, ethernet_input);
  netif_set_default(&interface_);
  netif_set_link_up(&interface_);
  netif_set_up(&interface_);
  dhcp_start(&interface_);
}

void Network::look() noexcept {
  take_frames();
  sys_check_timeouts();
  for (TcpStream* stream = streams_; stream != nullptr; stream = stream->next_) stream->report();
  for (Listener* listener = listeners_; listener != nullptr; listener = listener->next_) listener->report();
}

Instant Network::due() const noexcept {
  const std::uint32_t wait = sys_timeouts_sleeptime();
  return wait == SYS_TIMEOUTS_SLEEPTIME_INFINITE ? kNever : poller().now() + std::chrono::milliseconds{wait};
}

void Network::take_frames() noexcept {
  // Bounded: a flood must not keep the loop from everything else.
  for (int frames = 0; frames < 32; ++frames) {
    const std::size_t size = ethernet_.next_frame();
    if (size == 0) return ethernet_.listen();
    pbuf* const packet =
        size > kLargestFrame ? nullptr : pbuf_alloc(PBUF_RAW, static_cast<std::uint16_t>(size), PBUF_POOL);
    if (packet == nullptr) {
      ethernet_.drop_frame();  // TCP sends it again
      continue;
    }
    ethernet_.take_frame({static_cast<std::byte*>(packet->payload), PBUF_POOL_BUFSIZE});
    if (interface_.input(packet, &interface_) != ERR_OK) pbuf_free(packet);
  }
  poller().stir();  // the rest in the next turn: no interrupt tells of frames that are there already
}

signed char Network::begin(netif* interface) {
  const auto& self = *static_cast<Network*>(interface->state);
  interface->name[0] = 'e';
  interface->name[1] = 'n';
  interface->mtu = 1500;
  interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
  interface->hwaddr_len = ETHARP_HWADDR_LEN;
  std::ranges::copy(self.ethernet_.address(), interface->hwaddr);
  interface->output = etharp_output;
  interface->linkoutput = send;
  return ERR_OK;
}

signed char Network::send(netif* interface, pbuf* packet) {
  Ethernet& ethernet = static_cast<Network*>(interface->state)->ethernet_;
  if (!ethernet.begin_frame(packet->tot_len)) return ERR_MEM;
  for (const pbuf* part = packet; part != nullptr; part = part->next) {
    ethernet.add_to_frame({static_cast<const std::byte*>(part->payload), part->len});
  }
  ethernet.end_frame();
  return ERR_OK;
}

std::size_t Network::memory_used() noexcept {
  std::size_t used = lwip_stats.mem.max;
  for (int pool = 0; pool < MEMP_MAX; ++pool) {
    used += std::size_t{lwip_stats.memp[pool]->max} * memp_pools[pool]->size;
  }
  return used;
}

std::size_t Network::memory_size() noexcept {
  std::size_t size = MEM_SIZE;
  for (int pool = 0; pool < MEMP_MAX; ++pool)
    size += std::size_t{memp_pools[pool]->num} * memp_pools[pool]->size;
  return size;
}

}  // namespace linnet::port::cortex_m::lwip

extern "C" {
std::uint32_t linnet_lwip_random() {
  return linnet::port::cortex_m::lwip::random_of_network();
}
std::uint32_t sys_now() {  // lwIP's clock: milliseconds
  return linnet::port::cortex_m::lwip::time_of_network();
}
}
