"""What can be claimed, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from directory import lookup


class SkuShape(serializers.Serializer):
    """A SKU that carries the product."""

    sku_id = serializers.UUIDField()
    sku_part_number = serializers.CharField()


class ProductShape(serializers.Serializer):
    """A product or workload that can be claimed; `code` is what a claim's line names."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(["dynamics", "workload"])
    solution_area = serializers.CharField()
    skus = SkuShape(many=True)
    service_plans = serializers.ListField(child=serializers.UUIDField())


class Products(APIView):
    """The catalogue."""

    @extend_schema(operation_id="list_products", responses=ProductShape(many=True))
    def get(self, request: Request) -> Response:
        """Everything claimable, by solution area and name."""
        return Response(
            [
                {
                    "code": product.code,
                    "name": product.name,
                    "kind": product.kind,
                    "solution_area": product.solution_area,
                    "skus": [{"sku_id": sku_id, "sku_part_number": part} for sku_id, part in product.skus],
                    "service_plans": sorted(product.plan_ids),
                }
                for product in lookup.products()
            ]
        )
