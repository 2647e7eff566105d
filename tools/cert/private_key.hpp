// SPDX-License-Identifier: Apache-2.0
// A private key for certificates, RSA or on the curve P-256, over mbedTLS: made, read, written as PEM. It
// lives on the heap and is wiped when it goes; so is a text that pem() has made when its owner sees to that.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

struct mbedtls_pk_context;  // NOLINT(readability-identifier-naming): mbedTLS's name

namespace linnet::tools {

/// `rsa_1024` is weak on purpose: for tests of those who have to refuse it.
enum class KeyKind : std::uint8_t { ec_p256, rsa_2048, rsa_1024 };

class PrivateKey {
 public:
  /// From the kernel's random bytes. RSA takes up to a second.
  static std::expected<PrivateKey, std::string> generate(KeyKind kind);
  /// Of a PEM text without a password; else what is wrong with it, in words.
  static std::expected<PrivateKey, std::string> parse(std::string_view pem);

  /// Unencrypted: whoever reads it has the key.
  std::string pem() const;

  bool is_rsa() const noexcept;

  /// Of the SHA-256 of `bytes`, or of the SHA-1: PKCS #1 v1.5, or ECDSA as DER (RFC 3279 section 2.2.3). Else
  /// what went wrong, in words.
  std::expected<std::string, std::string> sign(std::string_view bytes, bool weak_digest = false) const;

  /// mbedTLS's own, for those who compare; lives as long as this object, moved or not.
  mbedtls_pk_context& context() const noexcept { return *key_; }

 private:
  struct Release {
    void operator()(mbedtls_pk_context* key) const noexcept;
  };
  PrivateKey();

  std::unique_ptr<mbedtls_pk_context, Release> key_;
};

/// "EC P-256", "RSA, 2048 bits", of any key that mbedTLS knows, public ones too.
std::string describe_key(const mbedtls_pk_context& key);

/// The public half as DER (SubjectPublicKeyInfo, RFC 5280 section 4.1): what a public-key pin is the digest
/// of.
std::string public_key_der(const mbedtls_pk_context& key);

/// The content of its BIT STRING: what a key identifier is the digest of.
std::string public_key_bits(const mbedtls_pk_context& key);

/// SHA-256 of anything, 32 bytes.
std::string sha256(std::string_view bytes);

/// "sha256/MTIz…=": a public-key pin, Base64 of the SHA-256 of public_key_der().
std::string public_key_pin(const mbedtls_pk_context& key);

/// "X509 - The CRT/CRL/CSR format is invalid": mbedTLS's own words for its status.
std::string explain_mbedtls(int status);

/// For mbedTLS's `f_rng`, with `context` null: the kernel's random bytes.
int random_bytes(void* context, unsigned char* out, std::size_t size);

}  // namespace linnet::tools
