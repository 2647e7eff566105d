// SPDX-License-Identifier: Apache-2.0
// One HTTP request as a handler sees it, and its answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linnet/base/bytes.hpp"
#include "linnet/base/error.hpp"

namespace linnet::server {

struct Field {
  std::string_view name;
  std::string_view value;
};

/// Everything is borrowed for the call that hands it over.
struct Request {
  std::string_view method;   // "GET"
  std::string_view path;     // as sent, not decoded: "/device/42"
  std::string_view query;    // behind the "?", without it
  std::string_view capture;  // what the pattern's ":name" or "*" stands for: "42"
  std::span<const Field> fields;
  Bytes body;
  std::uint8_t minor_version = 1;

  /// The first field of that name, in any case; empty: none.
  std::string_view field(std::string_view name) const noexcept;
  /// Whether one of the fields of that name, a list, has `token`, in any case.
  bool field_has(std::string_view name, std::string_view token) const noexcept;
};

/// Filled by a handler. The loop has one and uses it again, so that its memory is not allocated each time.
class Response {
 public:
  std::uint16_t status = 200;
  std::string_view content_type = "text/plain; charset=utf-8";  // static storage

  /// The body, copied.
  void text(std::string_view body) { owned_.assign(body); }
  /// The body where it lies: static storage, or of a life longer than the server's turn.
  void view(Bytes body) noexcept {
    view_ = body;
    is_view_ = true;
  }
  /// For a body that is put together: append to it.
  std::string& content() noexcept { return owned_; }

  /// Another header field, copied. Content-Type, Content-Length and Connection are written by the server.
  void field(std::string_view name, std::string_view value);

  /// A status with one line of text, for a refusal.
  void refuse(std::uint16_t with, std::string_view why);

  Bytes body() const noexcept { return is_view_ ? view_ : as_bytes(owned_); }
  /// Writes the head into the front of `out`; too_large, or invalid_argument for a field that is none.
  Result<std::size_t> write_head(bool keep_alive, MutableBytes out) const noexcept;
  void clear() noexcept;

 private:
  struct Span {
    std::uint32_t name;  // sizes, one after the other in names_and_values_
    std::uint32_t value;
  };

  std::string owned_;
  Bytes view_{};
  bool is_view_ = false;
  std::string names_and_values_;
  std::vector<Span> spans_;
};

}  // namespace linnet::server
