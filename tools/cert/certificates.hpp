// SPDX-License-Identifier: Apache-2.0
// The certificates of a PEM text, parsed by mbedTLS: a file may hold a chain.
#pragma once

#include <mbedtls/x509_crt.h>

#include <string>
#include <string_view>

namespace linnet::tools {

class Certificates {
 public:
  /// `pem` is not needed any more afterwards.
  explicit Certificates(std::string_view pem) {
    mbedtls_x509_crt_init(&first_);
    const std::string text{pem};  // the parser wants the zero at its end counted
    status_ = mbedtls_x509_crt_parse(&first_, reinterpret_cast<const unsigned char*>(text.c_str()),
                                     text.size() + 1);
  }
  ~Certificates() { mbedtls_x509_crt_free(&first_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  /// All of them, and there is one at least. Only then may the others be asked.
  bool is_read() const noexcept { return status_ == 0; }
  /// Of mbedTLS: negative, what is wrong; positive, how many were not read.
  int status() const noexcept { return status_; }
  const mbedtls_x509_crt& first() const noexcept { return first_; }
  const mbedtls_x509_crt* operator->() const noexcept { return &first_; }

 private:
  mbedtls_x509_crt first_{};
  int status_ = 0;
};

}  // namespace linnet::tools
