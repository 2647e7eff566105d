// SPDX-License-Identifier: Apache-2.0
#include "tools/cert/private_key.hpp"

#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>

#include <array>
#include <span>

#include "linnet/codec/digest.hpp"
#include "port/linux/entropy.hpp"
#include "tools/cli/text.hpp"

// 3.x renames the members that are no part of its interface.
#ifndef MBEDTLS_PRIVATE
#define MBEDTLS_PRIVATE(member) member
#endif

namespace linnet::tools {
namespace {

constexpr std::size_t kMostPem = 16'384;  // of a key of 8,192 bits: 6,400
constexpr int kRsaExponent = 65'537;

int generate_rsa(mbedtls_pk_context& key, unsigned bits) {
  const int status = mbedtls_pk_setup(&key, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
  if (status != 0) return status;
  return mbedtls_rsa_gen_key(mbedtls_pk_rsa(key), random_bytes, nullptr, bits, kRsaExponent);
}

int generate_ec(mbedtls_pk_context& key) {
  const int status = mbedtls_pk_setup(&key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
  if (status != 0) return status;
  return mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key), random_bytes, nullptr);
}

// What is only read: mbedTLS 2.28 takes it without const.
mbedtls_pk_context& changeable(const mbedtls_pk_context& key) {
  return const_cast<mbedtls_pk_context&>(key);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

/// What `write` puts at the end of the room that it is given; it returns the size, or a status below 0.
template <typename Write>
std::string written_from_the_end(const Write& write) {
  std::string room(kMostPem, '\0');
  auto* const begin = reinterpret_cast<unsigned char*>(room.data());
  const int size = write(begin, begin + room.size());
  return size > 0 ? room.substr(room.size() - static_cast<std::size_t>(size)) : std::string{};
}

std::string digest(mbedtls_md_type_t type, std::string_view bytes) {
  const mbedtls_md_info_t* const info = mbedtls_md_info_from_type(type);
  std::string digest(mbedtls_md_get_size(info), '\0');
  (void)mbedtls_md(info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                   reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace

int random_bytes(void* /*context*/, unsigned char* out, std::size_t size) {
  port::linux::Entropy{}.fill(std::as_writable_bytes(std::span{out, size}));
  return 0;
}

std::string explain_mbedtls(int status) {
  char words[160];
  mbedtls_strerror(status, words, sizeof words);
  return words;
}

void PrivateKey::Release::operator()(mbedtls_pk_context* key) const noexcept {
  mbedtls_pk_free(key);
  delete key;
}

PrivateKey::PrivateKey() : key_{new mbedtls_pk_context} {
  mbedtls_pk_init(key_.get());
}

std::expected<PrivateKey, std::string> PrivateKey::generate(KeyKind kind) {
  PrivateKey key;
  const int status = kind == KeyKind::ec_p256
                         ? generate_ec(*key.key_)
                         : generate_rsa(*key.key_, kind == KeyKind::rsa_1024 ? 1024 : 2048);
  if (status != 0) return std::unexpected{concat("no key could be made: ", explain_mbedtls(status))};
  return key;
}

std::expected<PrivateKey, std::string> PrivateKey::parse(std::string_view pem) {
  PrivateKey key;
  std::string text{pem};  // the parser wants the zero at its end counted
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.c_str());
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
  const int status =
      mbedtls_pk_parse_key(key.key_.get(), bytes, text.size() + 1, nullptr, 0, random_bytes, nullptr);
#else
  const int status = mbedtls_pk_parse_key(key.key_.get(), bytes, text.size() + 1, nullptr, 0);
#endif
  mbedtls_platform_zeroize(text.data(), text.size());
  if (status == 0) return key;
  if (status == MBEDTLS_ERR_PK_PASSWORD_REQUIRED || status == MBEDTLS_ERR_PK_PASSWORD_MISMATCH)
    return std::unexpected{"the key is locked with a password; `openssl pkey -in FILE -out NEW` unlocks it"};
  if (status == MBEDTLS_ERR_PK_KEY_INVALID_FORMAT) return std::unexpected{"is no private key (PEM)"};
  return std::unexpected{concat("is no private key: ", explain_mbedtls(status))};
}

std::string PrivateKey::pem() const {
  std::string text(kMostPem, '\0');
  if (mbedtls_pk_write_key_pem(key_.get(), reinterpret_cast<unsigned char*>(text.data()), text.size()) != 0)
    return {};
  text.resize(std::char_traits<char>::length(text.c_str()));
  return text;
}

bool PrivateKey::is_rsa() const noexcept {
  return mbedtls_pk_can_do(key_.get(), MBEDTLS_PK_RSA) != 0;
}

std::expected<std::string, std::string> PrivateKey::sign(std::string_view bytes, bool weak_digest) const {
  const mbedtls_md_type_t type = weak_digest ? MBEDTLS_MD_SHA1 : MBEDTLS_MD_SHA256;
  const std::string hash = digest(type, bytes);
  const auto* const hashed = reinterpret_cast<const unsigned char*>(hash.data());
  std::string signature(MBEDTLS_PK_SIGNATURE_MAX_SIZE, '\0');
  auto* const room = reinterpret_cast<unsigned char*>(signature.data());
  std::size_t size = 0;
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
  const int status = mbedtls_pk_sign(key_.get(), type, hashed, hash.size(), room, signature.size(), &size,
                                     random_bytes, nullptr);
#else
  const int status =
      mbedtls_pk_sign(key_.get(), type, hashed, hash.size(), room, &size, random_bytes, nullptr);
#endif
  if (status != 0) return std::unexpected{explain_mbedtls(status)};
  signature.resize(size);
  return signature;
}

std::string describe_key(const mbedtls_pk_context& key) {
  const auto bits = mbedtls_pk_get_bitlen(&key);
  if (mbedtls_pk_can_do(&key, MBEDTLS_PK_RSA) != 0) return concat("RSA, ", bits, " bits");
  if (mbedtls_pk_can_do(&key, MBEDTLS_PK_ECKEY) == 0)
    return concat("of a kind not known here, ", bits, " bits");
  const mbedtls_ecp_curve_info* const curve =
      mbedtls_ecp_curve_info_from_grp_id(mbedtls_pk_ec(key)->MBEDTLS_PRIVATE(grp).id);
  if (curve == nullptr) return concat("EC, ", bits, " bits");
  if (curve->grp_id == MBEDTLS_ECP_DP_SECP256R1) return "EC P-256";
  if (curve->grp_id == MBEDTLS_ECP_DP_SECP384R1) return "EC P-384";
  return concat("EC ", curve->name);
}

std::string public_key_der(const mbedtls_pk_context& key) {
  return written_from_the_end([&key](unsigned char* room, unsigned char* /*end*/) {
    return mbedtls_pk_write_pubkey_der(&changeable(key), room, kMostPem);
  });
}

std::string public_key_bits(const mbedtls_pk_context& key) {
  return written_from_the_end([&key](unsigned char* room, unsigned char* end) {
    return mbedtls_pk_write_pubkey(&end, room, &changeable(key));
  });
}

std::string sha256(std::string_view bytes) {
  return digest(MBEDTLS_MD_SHA256, bytes);
}

std::string public_key_pin(const mbedtls_pk_context& key) {
  std::array<std::byte, codec::base64_size(32)> room;
  const auto text = codec::base64_encode(as_bytes(sha256(public_key_der(key))), room);
  return concat("sha256/", text ? *text : std::string_view{});
}

}  // namespace linnet::tools
