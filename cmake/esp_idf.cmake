# Linnet as a component of ESP-IDF, included by the root's CMakeLists.txt. The language stays the one that ESP-IDF
# chose (gnu++23 or later): naming a standard here would lower it.
set(root "${CMAKE_CURRENT_LIST_DIR}/..")
include("${CMAKE_CURRENT_LIST_DIR}/sources.cmake")
idf_build_get_property(target IDF_TARGET)

linnet_sources(sources "${root}" *)
file(GLOB ported "${root}/port/bsd/*.cpp" "${root}/port/esp_idf/*.cpp")
set(requires nvs_flash esp_timer)
set(private esp_hw_support)

if(target STREQUAL "linux")
  # FreeRTOS on the host, with its sockets: no driver, no Wi-Fi, no sleep.
  list(APPEND requires mbedtls)
  list(FILTER ported EXCLUDE REGEX "/(board|ethernet|network|sleep|trust|uart|wifi)\\.cpp$")
else()
  list(APPEND requires mbedtls lwip esp_event esp_netif esp_eth esp_adc vfs)
  list(APPEND private esp_wifi esp_pm bootloader_support)
  if("$ENV{IDF_VERSION}" VERSION_LESS "5.3")
    list(APPEND requires driver)
  else()
    list(APPEND requires esp_driver_uart esp_driver_gpio)
  endif()
  if(NOT CMAKE_BUILD_EARLY_EXPANSION AND NOT CONFIG_SOC_WIFI_SUPPORTED)
    list(FILTER ported EXCLUDE REGEX "/wifi\\.cpp$")
  endif()
endif()

idf_component_register(SRCS ${sources} ${ported} INCLUDE_DIRS "${root}/include" "${root}"
                       REQUIRES ${requires} PRIV_REQUIRES ${private})
if(NOT CMAKE_BUILD_EARLY_EXPANSION)
  target_compile_options(${COMPONENT_LIB} PRIVATE -Wall -Wextra)
  # ESP-IDF counts levels from 0, none, to 5, verbose; the library from 0, trace, to 5, none. As numbers: the core
  # knows no sdkconfig.h.
  math(EXPR least_level "5 - ${CONFIG_LINNET_LOG_LEVEL}")
  target_compile_definitions(${COMPONENT_LIB} PRIVATE LOG_LOCAL_LEVEL=${CONFIG_LINNET_LOG_LEVEL}
                             PUBLIC LINNET_LOG_LEVEL=${least_level})
endif()
