// SPDX-License-Identifier: Apache-2.0
#include "port/esp_idf/entropy.hpp"

#include "esp_random.h"
#include "port/esp_idf/options.hpp"

#if !CONFIG_IDF_TARGET_LINUX
#include "bootloader_random.h"
#endif

namespace linnet::port::esp_idf {

Entropy::Entropy(Source source) noexcept : source_{source} {
#if !CONFIG_IDF_TARGET_LINUX
  if (source_ == Source::adc) ::bootloader_random_enable();
#endif
}

Entropy::~Entropy() {
#if !CONFIG_IDF_TARGET_LINUX
  if (source_ == Source::adc) ::bootloader_random_disable();
#endif
}

void Entropy::fill(MutableBytes out) noexcept {
  ::esp_fill_random(out.data(), out.size());
}

}  // namespace linnet::port::esp_idf
