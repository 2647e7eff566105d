// SPDX-License-Identifier: Apache-2.0
// The same bookkeeping for both ways of asking.
#include "port/esp_idf/resolver.hpp"

#include <algorithm>

#include "port/esp_idf/options.hpp"

#if CONFIG_IDF_TARGET_LINUX
#include <netdb.h>

#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#else
#include <lwip/dns.h>
#include <lwip/tcpip.h>
#endif

namespace linnet::port::esp_idf {
namespace {

#if CONFIG_IDF_TARGET_LINUX

/// A task that asks the host, and ends.
void ask_host(void* argument) {
  auto& job = *static_cast<Resolver::Job*>(argument);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(job.host.data(), nullptr, &hints, &found) != 0) {
    job.answer(nullptr);
  } else {
    const Address address = found->ai_family == AF_INET6
                                ? Address{*reinterpret_cast<const sockaddr_in6*>(found->ai_addr)}
                                : Address{*reinterpret_cast<const sockaddr_in*>(found->ai_addr)};
    ::freeaddrinfo(found);
    job.answer(&address);
  }
  ::vTaskDelete(nullptr);
}

bool ask(Resolver::Job& job) noexcept {
  constexpr configSTACK_DEPTH_TYPE kStack = 16 * 1024;
  const UBaseType_t priority = ::uxTaskPriorityGet(nullptr);
  return ::xTaskCreate(&ask_host, "linnet_dns", kStack, &job, priority, nullptr) == pdPASS;
}

#else

Address address_of(const ip_addr_t& from) noexcept {
#if LWIP_IPV6
  if (IP_IS_V6_VAL(from)) {  // IP_IS_V6() looks for null as well, which the compiler refuses of a reference
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    inet6_addr_from_ip6addr(&v6.sin6_addr, ip_2_ip6(&from));
    return Address{v6};
  }
#endif
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  inet_addr_from_ip4addr(&v4.sin_addr, ip_2_ip4(&from));
  return Address{v4};
}

void on_found(const char* /*name*/, const ip_addr_t* found, void* argument) {
  auto& job = *static_cast<Resolver::Job*>(argument);
  if (found == nullptr) return job.answer(nullptr);
  const Address address = address_of(*found);
  job.answer(&address);
}

/// In lwIP's task: its resolver may be asked nowhere else.
void ask_lwip(void* argument) {
  auto& job = *static_cast<Resolver::Job*>(argument);
  ip_addr_t known;
  switch (::dns_gethostbyname(job.host.data(), &known, &on_found, &job)) {
    case ERR_OK: return on_found(nullptr, &known, &job);  // it was asked for before
    case ERR_INPROGRESS: return;
    default: return job.answer(nullptr);
  }
}

bool ask(Resolver::Job& job) noexcept {
  return ::tcpip_try_callback(&ask_lwip, &job) == ERR_OK;
}

#endif

}  // namespace

Resolver::Resolver(net::Poller& poller) noexcept {
  for (Job& job : jobs_) job.poller = &poller;
}

Result<Resolver::Ticket> Resolver::begin(std::string_view host) {
  if (!is_host(host)) return fail(Errc::invalid_argument);
  const auto job = std::ranges::find_if(jobs_, [](const Job& one) { return one.state == Job::State::free; });
  if (job == jobs_.end()) return fail(Errc::too_many);
  *std::ranges::copy(host, job->host.begin()).out = '\0';
  job->state = Job::State::asking;
  if (!ask(*job)) {
    job->state = Job::State::free;
    return fail(Errc::too_many);
  }
  return static_cast<Ticket>(job - jobs_.begin());
}

/// From the task that was asked.
void Resolver::Job::answer(const Address* given) noexcept {
  found = given != nullptr;
  if (found) address = *given;
  State before = State::asking;
  if (state.compare_exchange_strong(before, State::done)) return poller->wake();
  state = State::free;
}

bool Resolver::is_done(Ticket ticket) const noexcept {
  return jobs_[static_cast<std::size_t>(ticket)].state == Job::State::done;
}

std::optional<Result<Addresses>> Resolver::take(Ticket ticket) noexcept {
  if (!is_done(ticket)) return std::nullopt;
  Job& job = jobs_[static_cast<std::size_t>(ticket)];
  Result<Addresses> answer = fail(Errc::host_not_found);
  if (job.found) {
    answer.emplace();
    answer->list[answer->count++] = job.address;
  }
  job.state = Job::State::free;
  return answer;
}

void Resolver::cancel(Ticket ticket) noexcept {
  Job& job = jobs_[static_cast<std::size_t>(ticket)];
  Job::State before = Job::State::asking;
  if (!job.state.compare_exchange_strong(before, Job::State::cancelled)) job.state = Job::State::free;
}

}  // namespace linnet::port::esp_idf
