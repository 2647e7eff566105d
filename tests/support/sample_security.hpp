// SPDX-License-Identifier: Apache-2.0
// A net::Security that takes time and may fail, and changes no byte: for tests of those who use the seam.
#pragma once

#include <optional>
#include <string>

#include "linnet/net/security.hpp"

namespace linnet::test {

class SampleSecurity final : public net::Security {
 public:
  Result<net::Stream*> secure(net::Stream& inner, std::string_view host, Instant now) override {
    if (refusal != Errc{}) return fail(refusal);
    hosts += std::string{host} + " ";
    report_ = {};
    stream_.emplace(*this, inner, now);
    return &*stream_;
  }
  const net::SecurityReport& report() const noexcept override { return report_; }
  std::string_view failure() const noexcept override {
    return outcome == Errc{} ? "" : "as the test wants it";
  }

  Errc refusal{};        // of secure() itself
  Duration handshake{};  // behind the inner stream's opening
  Errc outcome{};        // of the handshake; Errc{}: good
  bool resumes = false;
  std::string hosts;  // that certificates had to be for

 private:
  class SampleStream final : public net::Stream {
   public:
    SampleStream(SampleSecurity& of, net::Stream& inner, Instant now) : of_{of}, inner_{inner}, now_{now} {}
    State state() const noexcept override {
      if (inner_.state() != State::open) return inner_.state();
      if (now_ < done_at_) return State::opening;
      return of_.outcome == Errc{} ? State::open : State::closed;
    }
    void poll(Instant now) override {
      now_ = now;
      inner_.poll(now);
      if (inner_.state() == State::open && done_at_ == kNever) done_at_ = now + of_.handshake;
      if (state() == State::open && of_.report_.protocol.empty())
        of_.report_ = {.protocol = "TLSv1.2", .cipher = "sample", .resumed = of_.resumes, .verified = true};
    }
    Instant deadline() const noexcept override {
      return now_ < done_at_ ? std::min(done_at_, inner_.deadline()) : inner_.deadline();
    }
    Result<std::size_t> read(MutableBytes into) override {
      if (inner_.state() == State::open && state() == State::closed) return fail(of_.outcome);
      return state() == State::opening ? Result<std::size_t>{0u} : inner_.read(into);
    }
    Result<std::size_t> write(std::span<const Bytes> parts) override {
      return state() == State::open ? inner_.write(parts) : Result<std::size_t>{0u};
    }
    void shutdown_write() noexcept override { inner_.shutdown_write(); }
    void close() noexcept override { inner_.close(); }
    void want(net::Interest interest) noexcept override { inner_.want(interest); }

   private:
    SampleSecurity& of_;
    net::Stream& inner_;
    Instant now_;
    Instant done_at_ = kNever;
  };

  net::SecurityReport report_;
  std::optional<SampleStream> stream_;
};

}  // namespace linnet::test
