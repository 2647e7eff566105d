// SPDX-License-Identifier: Apache-2.0
// Random bytes from the chip's generator, esp_fill_random().
//
// The generator is fed by the noise of the radio while Wi-Fi or Bluetooth is on. On a device where both stay
// off (only a modem), ask for Source::adc: the noise of the ADC feeds it then, and the ADC cannot be read
// meanwhile (ESP-IDF, "Random Number Generation").
#pragma once

#include <cstdint>

#include "linnet/base/entropy.hpp"

namespace linnet::port::esp_idf {

class Entropy final : public linnet::Entropy {
 public:
  enum class Source : std::uint8_t { radio, adc };

  explicit Entropy(Source source = Source::radio) noexcept;
  ~Entropy();

  void fill(MutableBytes out) noexcept override;

 private:
  Source source_;
};

}  // namespace linnet::port::esp_idf
