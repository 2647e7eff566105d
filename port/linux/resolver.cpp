// SPDX-License-Identifier: Apache-2.0
// The worker, its queue, and getaddrinfo(3).
#include "port/linux/resolver.hpp"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): POSIX's, for sigset_t

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <span>

namespace linnet::port::linux {
namespace {

/// A place in the queue. Written under the mutex; `state` is also read without it, to learn that an answer
/// has come.
struct Job {
  enum class State : std::uint8_t { free, queued, asking, cancelled, done };
  std::atomic<State> state{State::free};
  std::uint64_t order = 0;  // the smallest is the next to be asked for
  std::array<char, kLongestHost> host{};
  std::size_t host_size = 0;
  Result<Addresses> answer{};
};

Address address_of(const addrinfo& entry) noexcept {
  if (entry.ai_family == AF_INET6) return Address{*reinterpret_cast<const sockaddr_in6*>(entry.ai_addr)};
  return Address{*reinterpret_cast<const sockaddr_in*>(entry.ai_addr)};
}

}  // namespace

Result<Addresses> look_up(std::string_view host) {
  std::array<char, kLongestHost + 1> name{};
  if (host.size() > kLongestHost) return fail(Errc::invalid_argument);
  std::copy(host.begin(), host.end(), name.begin());

  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name.data(), nullptr, &hints, &found) != 0) return fail(Errc::host_not_found);

  // RFC 8305, section 4: "the client SHOULD modify the ordered list to interleave address families."
  Addresses addresses;
  int wanted = found->ai_family;
  std::array<addrinfo*, 2> next{found, found};  // IPv4, IPv6
  while (addresses.count < Addresses::kMost && (next[0] != nullptr || next[1] != nullptr)) {
    addrinfo*& entry = next[wanted == AF_INET6 ? 1 : 0];
    while (entry != nullptr && entry->ai_family != wanted) entry = entry->ai_next;
    if (entry != nullptr) {
      addresses.list[addresses.count++] = address_of(*entry);
      entry = entry->ai_next;
    }
    wanted = wanted == AF_INET6 ? AF_INET : AF_INET6;
  }
  ::freeaddrinfo(found);
  if (addresses.count == 0) return fail(Errc::host_not_found);
  return addresses;
}

struct Resolver::Shared {
  Shared(net::Poller& wakes, std::size_t most, LookUp asks)
      : poller{&wakes}, ask{asks}, jobs{new Job[most]}, job_count{most} {}

  std::span<Job> all() const noexcept { return {jobs.get(), job_count}; }
  Job* next_queued() const noexcept;
  void work() noexcept;

  std::mutex mutex;
  std::condition_variable changed;
  net::Poller* poller;  // null: the resolver has gone
  LookUp ask;
  std::unique_ptr<Job[]> jobs;
  std::size_t job_count;
  std::uint64_t begun = 0;
};

Job* Resolver::Shared::next_queued() const noexcept {
  Job* next = nullptr;
  for (Job& job : all()) {
    if (job.state == Job::State::queued && (next == nullptr || job.order < next->order)) next = &job;
  }
  return next;
}

/// The worker's life. The mutex is free while the system is asked; it is held to wake the poller, which
/// otherwise could go away in between, and waking never blocks.
void Resolver::Shared::work() noexcept {
  std::unique_lock lock{mutex};
  while (poller != nullptr) {
    Job* job = next_queued();
    if (job == nullptr) {
      changed.wait(lock);
      continue;
    }
    job->state = Job::State::asking;
    const std::array<char, kLongestHost> host = job->host;
    const std::size_t size = job->host_size;
    lock.unlock();
    Result<Addresses> answer = ask({host.data(), size});
    lock.lock();
    job->answer = answer;
    const bool wanted = job->state == Job::State::asking;
    job->state = wanted ? Job::State::done : Job::State::free;
    if (wanted && poller != nullptr) poller->wake();
  }
}

Resolver::Resolver(net::Poller& poller, std::size_t most, LookUp ask)
    : shared_{std::make_shared<Shared>(poller, most, ask)} {}

Resolver::~Resolver() {
  const std::lock_guard lock{shared_->mutex};
  shared_->poller = nullptr;
  shared_->changed.notify_one();
}

void* Resolver::run(void* argument) noexcept {
  const std::unique_ptr<std::shared_ptr<Shared>> shared{static_cast<std::shared_ptr<Shared>*>(argument)};
  (*shared)->work();
  return nullptr;
}

/// Detached: nobody ever waits for it. Signals are for the loop's thread.
bool Resolver::start_worker() noexcept {
  auto* argument = new std::shared_ptr<Shared>{shared_};  // the thread's, once it runs
  sigset_t every;
  sigset_t before;
  ::sigfillset(&every);
  ::pthread_sigmask(SIG_SETMASK, &every, &before);
  pthread_t thread{};
  const bool started = ::pthread_create(&thread, nullptr, &Resolver::run, argument) == 0;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!started) {
    delete argument;
    return false;
  }
  ::pthread_detach(thread);
  return true;
}

Result<Resolver::Ticket> Resolver::begin(std::string_view host) {
  if (!is_host(host)) return fail(Errc::invalid_argument);
  if (!started_) started_ = start_worker();
  if (!started_) return fail(Errc::too_many);

  const std::lock_guard lock{shared_->mutex};
  const auto jobs = shared_->all();
  const auto place = std::ranges::find_if(jobs, [](const Job& job) { return job.state == Job::State::free; });
  if (place == jobs.end()) return fail(Errc::too_many);
  std::ranges::copy(host, place->host.begin());
  place->host_size = host.size();
  place->order = shared_->begun++;
  place->state = Job::State::queued;
  shared_->changed.notify_one();
  return static_cast<Ticket>(place - jobs.begin());
}

bool Resolver::is_done(Ticket ticket) const noexcept {
  return shared_->jobs[static_cast<std::size_t>(ticket)].state == Job::State::done;
}

std::optional<Result<Addresses>> Resolver::take(Ticket ticket) noexcept {
  if (!is_done(ticket)) return std::nullopt;
  const std::lock_guard lock{shared_->mutex};
  Job& job = shared_->jobs[static_cast<std::size_t>(ticket)];
  job.state = Job::State::free;
  return job.answer;
}

void Resolver::cancel(Ticket ticket) noexcept {
  const std::lock_guard lock{shared_->mutex};
  Job& job = shared_->jobs[static_cast<std::size_t>(ticket)];
  // While the system works on it the place stays taken; the worker frees it.
  job.state = job.state == Job::State::asking ? Job::State::cancelled : Job::State::free;
}

}  // namespace linnet::port::linux
